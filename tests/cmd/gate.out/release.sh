#!/bin/sh
uv run pytest -q
