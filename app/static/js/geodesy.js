// Lengths and areas on the ellipsoid WGS 84 (EPSG:4326 degrees in, metres and square metres out).
// A plain script, because the map in one file has it inside as the page of the map has it beside.
(() => {
  "use strict";

  const A = 6_378_137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const RAD = Math.PI / 180;
  const STEPS = 32;

  // Vincenty's inverse formula; nearly antipodal points, which it cannot serve, are not met here.
  function distance(one, other) {
    const reduced = (lat) => Math.atan((1 - F) * Math.tan(lat * RAD));
    const [u1, u2] = [reduced(one.lat), reduced(other.lat)];
    const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    const across = (other.lng - one.lng) * RAD;
    let lambda = across;
    let sigma, sinSigma, cosSigma, cosAlpha2, cosMiddle;
    for (let turn = 0; turn < 100; turn += 1) {
      const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
      sinSigma = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
      if (!sinSigma) return 0;
      cosSigma = sin1 * sin2 + cos1 * cos2 * cosL;
      sigma = Math.atan2(sinSigma, cosSigma);
      const sinAlpha = (cos1 * cos2 * sinL) / sinSigma;
      cosAlpha2 = 1 - sinAlpha ** 2;
      cosMiddle = cosAlpha2 ? cosSigma - (2 * sin1 * sin2) / cosAlpha2 : 0;
      const c = (F / 16) * cosAlpha2 * (4 + F * (4 - 3 * cosAlpha2));
      const was = lambda;
      const series = cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1);
      lambda = across + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * series);
      if (Math.abs(lambda - was) < 1e-12) break;
    }
    const k = (cosAlpha2 * (A ** 2 - B ** 2)) / B ** 2;
    const a = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
    const b = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
    const inner = cosSigma * (2 * cosMiddle ** 2 - 1);
    const last = (b / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
    return B * a * (sigma - b * sinSigma * (cosMiddle + (b / 4) * (inner - last)));
  }

  function length(points) {
    return points.slice(1).reduce((sum, point, index) => sum + distance(points[index], point), 0);
  }

  // The area whose edges are straight on the map: the strip below each edge, summed on the ellipsoid.
  function area(points) {
    const sum = points.reduce((total, point, index) => total + strip(point, points[(index + 1) % points.length]), 0);
    return Math.abs(sum);
  }

  // q(φ): the ellipsoid's area between the equator and a parallel, for a radian of longitude.
  function below(lat) {
    const sin = Math.sin(lat);
    const half = sin / (1 - E2 * sin ** 2) + Math.log((1 + E * sin) / (1 - E * sin)) / (2 * E);
    return ((A ** 2 * (1 - E2)) / 2) * half;
  }

  function strip(one, other) {
    const mercator = (lat) => Math.asinh(Math.tan(lat * RAD));
    const [from, to] = [mercator(one.lat), mercator(other.lat)];
    const at = (share) => below(Math.atan(Math.sinh(from + (to - from) * share)));
    let sum = at(0) + at(1);
    for (let step = 1; step < STEPS; step += 1) sum += (step % 2 ? 4 : 2) * at(step / STEPS); // Simpson
    return ((other.lng - one.lng) * RAD * sum) / (3 * STEPS);
  }

  globalThis.cotMocGeodesy = { area, length };
})();
