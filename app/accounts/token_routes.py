"""The page where a person makes, sees and ends the keys of the programs that read for them."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries, tokens
from app.accounts.forms import TokenForm
from app.accounts.session import current_actor, signed_in_user
from app.database import reading, transaction
from app.jobs import utc_now
from app.permissions import Permission, require


@require(Permission.MAP_VIEW)
def api_tokens() -> ResponseReturnValue:
    return _page(_form())


@require(Permission.MAP_VIEW)
def make_api_token() -> ResponseReturnValue:
    """The new key is in this one answer and nowhere else: no redirect, no cookie, no log."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as writer:
        _token, key = tokens.make_token(
            writer,
            current_actor(),
            name=form.name.data or "",
            days=int(form.days.data),
            may_send=bool(form.may_send and form.may_send.data),
            now=utc_now(),
        )
    return _page(_form(is_blank=True), key=key)


@require(Permission.MAP_VIEW)
def revoke_api_token(token_id: int) -> ResponseReturnValue:
    with transaction() as writer:
        token = tokens.revoke_token(writer, current_actor(), token_id, now=utc_now())
        flash(_("Đã thu hồi mã API %(name)s.", name=token.name), "success")
    return redirect(url_for("accounts.api_tokens"))


def _form(*, is_blank: bool = False) -> TokenForm:
    """Sending is offered to those alone who may record what can be sent."""
    form = TokenForm(formdata=None) if is_blank else TokenForm()
    if not current_actor().may(Permission.VMS_RECORD):
        del form.may_send
    return form


def _page(form: TokenForm, *, key: str = "") -> str:
    return render_template(
        "accounts/api_tokens.html",
        form=form,
        key=key,
        password_changed_at=signed_in_user().password_changed_at,
        tokens=queries.api_tokens_of(reading(), current_actor().user_id),
        now=utc_now(),
    )


_View = Callable[..., ResponseReturnValue]
VIEWS: Sequence[tuple[str, str, _View, list[str]]] = (
    ("/tai-khoan/ma-api", "api_tokens", api_tokens, ["GET"]),
    ("/tai-khoan/ma-api", "make_api_token", make_api_token, ["POST"]),
    ("/tai-khoan/ma-api/<int:token_id>/thu-hoi", "revoke_api_token", revoke_api_token, ["POST"]),
)
