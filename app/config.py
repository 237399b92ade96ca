"""Settings: read once from the environment, checked before anything starts."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_KEY = "only-for-development-never-in-production"
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the product; README.md documents each in one table."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    environment: Literal["development", "test", "production"] = "development"
    secret_key: SecretStr = SecretStr(DEVELOPMENT_KEY)
    instance_dir: Path = Field(default=ROOT / "instance")
    database_url: str = ""
    redis_url: str = ""
    port: int = 8000
    host: str = "127.0.0.1"
    web_processes: int = 2
    worker_processes: int = 2
    time_zone: str = "Asia/Ho_Chi_Minh"
    session_hours: int = 8
    sign_in_attempts: int = 8
    sign_in_window_minutes: int = 15
    password_min_length: int = 14
    password_min_length_with_mfa: int = 8
    totp_enabled: bool = False
    passkeys_enabled: bool = False
    secure_cookies: bool = False
    max_upload_mb: int = 50
    max_attachment_mb: int = 20
    libreoffice: str = "soffice"
    libreoffice_seconds: int = 60
    import_file_days: int = 30
    mail_server: str = ""
    mail_port: int = 25
    mail_use_tls: bool = False
    mail_username: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_sender: str = "cot-moc@localhost"
    public_url: str = ""
    data_keys: SecretStr = SecretStr("")
    data_key_file: Path | None = None
    institution: str = "Bộ Ngoại giao – Hệ thống minh họa"
    is_demonstration: bool = True

    @model_validator(mode="after")
    def refuse_weak_production(self) -> Self:
        if self.environment != "production":
            return self
        key = self.secret_key.get_secret_value()
        if key == DEVELOPMENT_KEY or len(key) < 32:  # noqa: PLR2004  bytes of a strong key
            raise ValueError(
                "SECRET_KEY: môi trường production cần một khóa riêng dài ít nhất 32 ký tự."
            )
        if not self.secure_cookies:
            raise ValueError("SECURE_COOKIES: môi trường production phải bật (HTTPS).")
        return self

    @property
    def database(self) -> str:
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.instance_dir.resolve() / 'cot-moc.sqlite3'}"

    @property
    def data_key_path(self) -> Path:
        """Where the keys of personal data lie; not in the database and not among its copies."""
        return self.data_key_file or self.instance_dir / "data.keys"

    @property
    def uploads_dir(self) -> Path:
        return self.instance_dir / "uploads"

    @property
    def mail_dir(self) -> Path:
        return self.instance_dir / "mail"

    @property
    def geodata_dir(self) -> Path:
        return self.instance_dir / "geodata"

    @property
    def layers_dir(self) -> Path:
        return self.instance_dir / "layers"


def load_settings() -> Settings:
    return Settings()


def child_environment(**changes: str) -> dict[str, str]:
    """The environment of a process that this one starts, with some settings laid over it."""
    return {**os.environ, **{name.upper(): value for name, value in changes.items()}}  # noqa: TID251
