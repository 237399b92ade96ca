"""Which form an answer takes: a page for a person, JSON for a program, and so its failures."""

from http import HTTPStatus
from typing import Final

import orjson
from flask import Response, request
from flask_babel import gettext as _

from app.errors import AppError
from app.ogc.faults import BadParameter
from app.ogc.links import GEOJSON, HTML, JSON, ROOT

_FORMATS: Final = (None, "html", "json")
_CODES: Final = {
    HTTPStatus.BAD_REQUEST: "InvalidParameterValue",
    HTTPStatus.UNAUTHORIZED: "Unauthorized",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.NOT_FOUND: "NotFound",
    HTTPStatus.TOO_MANY_REQUESTS: "TooManyRequests",
    HTTPStatus.UNPROCESSABLE_ENTITY: "InvalidParameterValue",
}


def asks_html() -> bool:
    """Whether a person reads. Raises BadParameter where the asked form is unknown."""
    if request.args.get("f") not in _FORMATS:
        raise BadParameter("f", _("Dùng f=json hoặc f=html."))
    return not is_program()


def is_program() -> bool:
    """Whether a program asks this API: `f` decides, then what is accepted first."""
    if not _is_here():
        return False
    asked = request.args.get("f")
    best = request.accept_mimetypes.best_match([JSON, GEOJSON, HTML])
    return asked != "html" if asked is not None else best != HTML


def _is_here() -> bool:
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


def exception_answer(error: AppError) -> Response:
    """A failure as the standard writes it, in the reader's language."""
    status = HTTPStatus(error.status)
    if status is HTTPStatus.UNPROCESSABLE_ENTITY and _is_here():
        status = HTTPStatus.BAD_REQUEST
    said = {"code": _CODES.get(status, status.phrase), "description": error.message}
    response = Response(orjson.dumps(said), status=status, content_type=JSON)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Cot Moc"'
    return response
