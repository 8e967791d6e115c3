pip install wheel  # policylint: ignore[uv-only] reason="until the image has uv" until=2026-03-31
pip install twine  # policylint: ignore[uv-only]
pip install build  # policylint: ignore[uv-onyl] reason="a slip"
# policylint: ignore[uv-only] reason="an old tool"
pip install mkdocs
