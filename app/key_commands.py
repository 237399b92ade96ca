"""The commands about the keys of personal data: made, changed, and let go of."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.commands import in_one_sentence
from app.config import Settings
from app.database import reading, transaction
from app.errors import Refused
from app.resealing import count_left, reseal_chunk, sealed_columns, used_keys
from app.sealing import Keys, create_key_file, key_ring, replace_key_file, with_new_key


@click.command("create")
@with_appcontext
@in_one_sentence
def create_keys() -> None:
    """Make the key file of a new installation; one that is there is left alone."""
    settings: Settings = current_app.extensions["settings"]
    if settings.data_keys.get_secret_value():
        raise Refused("Khóa đang lấy từ DATA_KEYS, không dùng tệp khóa.")
    path = settings.data_key_path
    click.echo(f"Đã tạo {path}." if create_key_file(path) else f"Đã có {path}, giữ nguyên.")


@click.command("rotate")
@with_appcontext
@in_one_sentence
def rotate_keys() -> None:
    """Seal everything under a new key; a rotation that was cut off is carried on instead."""
    ring = key_ring()
    left = sum(count_left(reading(), one) for one in sealed_columns())
    if left:
        click.echo(f"Còn {left} giá trị theo khóa cũ: làm tiếp lần đổi trước.")
    elif ring.path is not None:
        replace_key_file(ring.path, with_new_key(ring.keys))
        click.echo(f"Khóa mới: {ring.keys.current}.")
    else:
        raise Refused(
            "Khóa lấy từ DATA_KEYS: hãy thêm khóa mới lên đầu giá trị ấy rồi chạy lại lệnh này."
        )
    _reseal()


def _reseal() -> None:
    for one in sealed_columns():
        done = 0
        while True:
            with transaction() as session:
                count = reseal_chunk(session, one)
            if not count:
                break
            done += count
        click.echo(f"{one.name}: {done} giá trị.")


@click.command("forget")
@with_appcontext
@in_one_sentence
def forget_keys() -> None:
    """Drop the keys under which nothing lies any more; older copies need them, so keep a copy."""
    ring = key_ring()
    if ring.path is None:
        raise Refused("Khóa lấy từ DATA_KEYS: hãy bỏ khóa cũ khỏi giá trị ấy.")
    keys, used = ring.keys, used_keys(reading())
    kept = {name: key for name, key in keys.seal.items() if name in used or name == keys.current}
    dropped = len(keys.seal) - len(kept)
    if dropped:
        replace_key_file(ring.path, Keys(kept, keys.index))
    click.echo(f"Đã bỏ {dropped} khóa cũ, giữ {len(kept)} khóa.")


COMMANDS: dict[str, click.Command] = {
    "create": create_keys,
    "rotate": rotate_keys,
    "forget": forget_keys,
}
