// Makes the npm packages: `policylint`, which chooses, and for each program given one that holds it.
//
//     node npm/build.mjs OUT TARGET=PROGRAM...
//
// TARGET is a Rust target of platforms.json. Writes OUT/*.tgz; publish those of the platforms first.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const platforms = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
const version = /^version = "([^"]+)"/m.exec(manifest)[1];
const description = /^description = "([^"]+)"/m.exec(manifest)[1];
const about = { version, description, license: "MIT OR Apache-2.0", engines: { node: ">=18" } };

/** Writes a package's manifest and licences, and packs it. */
function pack(folder, out, fields) {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...fields, ...about }, null, 2)}\n`);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, licence), join(folder, licence));
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", out], { cwd: folder, encoding: "utf8" });
  console.log(join(out, packed.trim()));
}

const [target_folder, ...programs] = process.argv.slice(2);
if (!target_folder || programs.length === 0) throw new Error("usage: node npm/build.mjs OUT TARGET=PROGRAM...");
const out = resolve(target_folder);
const scratch = join(out, "packages");
rmSync(scratch, { recursive: true, force: true });

for (const given of programs) {
  const [target, program] = [given.slice(0, given.indexOf("=")), given.slice(given.indexOf("=") + 1)];
  const platform = platforms.find((known) => known.target === target);
  if (!platform) throw new Error(`${target} is not in platforms.json`);
  const folder = join(scratch, platform.name);
  mkdirSync(folder, { recursive: true });
  const file = platform.os === "win32" ? "policylint.exe" : "policylint";
  cpSync(program, join(folder, file));
  chmodSync(join(folder, file), 0o755);
  const { name, os, cpu, libc } = platform;
  pack(folder, out, { name: `@policylint/${name}`, os: [os], cpu: [cpu], ...(libc ? { libc: [libc] } : {}), files: [file, "LICENSE-*"], preferUnplugged: true });
}

const folder = join(scratch, "policylint");
cpSync(join(here, "policylint"), folder, { recursive: true });
cpSync(join(here, "platforms.json"), join(folder, "platforms.json"));
const optionalDependencies = Object.fromEntries(platforms.map(({ name }) => [`@policylint/${name}`, version]));
pack(folder, out, {
  name: "policylint",
  bin: { policylint: "bin/policylint.js" },
  files: ["bin", "platforms.json", "LICENSE-*"],
  keywords: ["linter", "policy", "agents", "ci"],
  optionalDependencies,
});
