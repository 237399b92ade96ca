"""The pages of designing case types: migration between versions, the lab, the tests."""

from flask import Blueprint

from app.designer import lab_routes, migration_routes

blueprint = Blueprint("designer", __name__, url_prefix="/quan-tri/quy-trinh")

for _rule, _name, _view, _methods in (*migration_routes.VIEWS, *lab_routes.VIEWS):
    blueprint.add_url_rule(_rule, _name, _view, methods=_methods)
