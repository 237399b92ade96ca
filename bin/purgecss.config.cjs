// Leaves out of Tabler's style sheet what no page of ours names: five sixths of it, on a thin line.
module.exports = {
  css: ["node_modules/@tabler/core/dist/css/tabler.min.css"],
  content: ["app/templates/**/*.html", "app/static/js/**/*.js", "app/**/*.py"],
  // Starts of class names that templates finish from data.
  safelist: [/^is-/, /^icon-/],
};
