# Two commands are enough: make run, make test. Everything else is listed by make help.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
SETUP = python=$$(bin/find-python) && exec "$$python" bin/setup.py

.PHONY: help run reset test lint bench geodata lock setup setup-dev

help: ## Danh sách lệnh (this list)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: ## Cài đặt và chạy sản phẩm; PORT=8000 SCALE=số_hồ_sơ (set up and run)
	@$(SETUP) run $(if $(SCALE),--scale $(SCALE))

reset: ## Xóa dữ liệu nhúng, lần chạy sau nạp lại từ đầu (delete the embedded data)
	@$(SETUP) reset

test: ## Chạy mọi kiểm thử; ARGS="-k tên" để chọn (run every test)
	@$(SETUP) test $(ARGS)

lint: ## Kiểm tra mã nguồn: ruff, mypy, import-linter (check the code)
	@$(SETUP) lint

bench: ## Đo hiệu năng, ghi benchmarks/results.json (run the benchmarks)
	@$(SETUP) bench $(ARGS)

geodata: ## Dựng lại gói lớp tham chiếu geodata/default (build the reference layers)
	@$(SETUP) geodata $(ARGS)

lock: ## Khóa lại phiên bản thư viện (resolve and lock the dependencies)
	@$(SETUP) lock

setup: ## Chỉ cài đặt, không chạy (set up only)
	@$(SETUP) setup

setup-dev: ## Cài đặt cả công cụ kiểm thử (set up with the test tools)
	@$(SETUP) setup-dev
