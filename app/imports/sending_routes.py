"""Where programs send alerts of vessels at sea, and how that address describes itself."""

from http import HTTPStatus

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.imports.posted import MOST_BYTES, Delivery, read_posted
from app.imports.sending_words import description
from app.jobs import utc_now
from app.permissions import Permission, require, takes_token, writes_by_token
from app.registers.packs import current_pack

blueprint = Blueprint("sending", __name__, url_prefix="/canh-bao-vms/api")
_JSON = "application/json"


@blueprint.get("")
@require(Permission.VMS_VIEW)
@takes_token
def describe() -> ResponseReturnValue:
    """The OpenAPI document of this address."""
    return _json(description(request.base_url), HTTPStatus.OK)


@blueprint.post("")
@require(Permission.VMS_RECORD)
@writes_by_token
def receive() -> ResponseReturnValue:
    """Alerts as JSON; sent again they are known already."""
    request.max_content_length = MOST_BYTES + 1
    posted, now = read_posted(request.get_data()), utc_now()
    delivery = Delivery(reading(), current_actor(), posted, pack=current_pack(), now=now)
    with transaction() as session:
        delivery.store(session)
    is_refused = delivery.is_all_refused
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return _json(delivery.answer(), status)


def _json(document: object, status: HTTPStatus) -> Response:
    response = Response(orjson.dumps(document), status=status, content_type=_JSON)
    response.vary.update(("Authorization", "Cookie"))
    return response
