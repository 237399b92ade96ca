"""The OpenAPI 3.0 description of the address that takes alerts, from the import's own fields."""

from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _

from app.imports.fields import Field, Target, plan_of
from app.imports.posted import MOST_ITEMS

Json = dict[str, Any]  # Any: JSON
_NUMBERS: Final = frozenset({"lat", "lon", "duration"})
_FAILURE: Final = {"$ref": "#/components/responses/failure"}


def description(address: str) -> Json:
    """What may be sent here, and what comes back."""
    return {
        "openapi": "3.0.3",
        "info": {"title": _("Cột Mốc: gửi cảnh báo VMS"), "version": "1.0.0"},
        "servers": [{"url": address}],
        "security": [{"bearer": []}],
        "paths": {"/": {"post": _operation()}},
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {"alert": _alert(), "report": _report()},
            "responses": {
                "failure": _content(
                    _("Yêu cầu bị từ chối"),
                    {"type": "object", "properties": {"code": _TEXT, "description": _TEXT}},
                )
            },
        },
    }


_TEXT: Final[Json] = {"type": "string"}
_COUNT: Final[Json] = {"type": "integer"}


def _operation() -> Json:
    alerts = {
        "type": "array",
        "maxItems": MOST_ITEMS,
        "items": {"$ref": "#/components/schemas/alert"},
    }
    held = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": alerts, "source": _TEXT, "dry_run": {"type": "boolean"}},
    }
    report = {"$ref": "#/components/schemas/report"}
    return {
        "operationId": "send_alerts",
        "summary": _("Gửi danh sách mất tín hiệu, vượt ranh giới; gửi lại không ghi trùng"),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [alerts, held]}}},
        },
        "responses": {
            "200": _content(_("Đã nhận; từng dòng bị từ chối có lý do"), report),
            "422": _content(_("Không đọc được, hoặc mọi dòng đều bị từ chối"), report),
            **dict.fromkeys(("401", "403", "413", "429"), _FAILURE),
        },
    }


def _alert() -> Json:
    plan = plan_of(Target.VMS)
    return {
        "type": "object",
        "required": list(plan.needed),
        "properties": {one.code: _property(one) for one in plan.fields},
    }


def _property(one: Field) -> Json:
    titled = {"title": one.in_locale(str(get_locale() or "vi"))}
    if one.code in _NUMBERS:
        return {**titled, "oneOf": [{"type": "number"}, _TEXT]}
    return {**titled, **_TEXT}


def _report() -> Json:
    row = {"type": "object", "properties": {"row": _COUNT, "reason": _TEXT}}
    warned = {"type": "object", "properties": {"row": _COUNT, "text": _TEXT}}
    counted = ("received", "accepted", "created", "changed", "unchanged")
    return {
        "type": "object",
        "properties": {
            **dict.fromkeys(counted, _COUNT),
            "refused": {"type": "array", "items": row},
            "warnings": {"type": "array", "items": warned},
            "stored": {"type": "array", "items": {"type": "object"}},
            "notes": {"type": "array", "items": _TEXT},
        },
    }


def _content(said: str, schema: Json) -> Json:
    return {"description": said, "content": {"application/json": {"schema": schema}}}
