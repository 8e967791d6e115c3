//! Small repositories in several languages, and the rows they give.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::facts::{Enough, Fact, Value, Wanted};
use crate::workspace::{PathIndex, Workspace};

fn rows_of(files: &[(&str, &str)]) -> BTreeMap<String, Fact> {
    let paths = files.iter().map(|(path, _)| RepoPath::new(path)).collect();
    let texts = files.iter().map(|(path, text)| (RepoPath::new(path), Arc::from(*text)));
    let (names, workspace) = (PathIndex::new(paths), Workspace::in_memory(texts));
    let (wanted, languages) = (Wanted::new(), BTreeMap::new());
    let mut facts = Vec::new();
    rows(
        &Survey {
            workspace: &workspace,
            names: &names,
            links: &[],
            ignored: &[],
            wanted: &wanted,
            focus: None,
            languages: &languages,
            enough: Enough::NEVER,
        },
        &mut facts,
    );
    facts.into_iter().map(|fact| (fact.key.to_string(), fact)).collect()
}

fn text(fact: &Fact, field: &str) -> String {
    match fact.get(field) {
        Some(Value::Text(text)) => text.to_string(),
        Some(Value::List(list)) => list.join(" "),
        Some(Value::Bool(value)) => value.to_string(),
        _ => "-".into(),
    }
}

/// Code as well as a test that counts, in most languages.
const CODE: &str = "function f() { return 1 }\ntest('f', () => { expect(f()).toBe(1) })\nfunc TestF(t *T) { t.Error() }\n\
    @Test void f() { assert(1); }\ndef f\nit { expect }\nvoid main() {}\nfun x() = 1\n[Fact] public void F() { Assert.X(); }\n";

#[test]
fn tests_are_found_by_the_conventions_of_their_language() {
    for (manifest, source, test) in [
        ("package.json", "src/cart.ts", "src/cart.test.ts"),
        ("package.json", "src/cart.tsx", "src/cart.spec.ts"),
        ("package.json", "src/ui/cart.jsx", "src/ui/__tests__/cart.test.js"),
        ("package.json", "src/ui/cart.ts", "tests/ui/cart.test.ts"),
        ("package.json", "src/ui/cart.ts", "tests/unit/cart.test.ts"),
        ("go.mod", "shop/cart.go", "shop/cart_test.go"),
        ("go.mod", "shop/cart.go", "shop/shop_test.go"),
        ("Cargo.toml", "src/shop/cart.rs", "tests/cart.rs"),
        ("Cargo.toml", "src/shop/cart.rs", "src/shop/cart/tests.rs"),
        ("Cargo.toml", "src/shop/cart.rs", "src/shop/tests.rs"),
        ("pom.xml", "src/main/java/a/b/Cart.java", "src/test/java/a/b/CartTest.java"),
        ("pom.xml", "src/main/java/a/b/Cart.java", "src/test/java/a/b/TestCart.java"),
        ("pom.xml", "src/main/java/a/b/Cart.java", "src/test/java/a/b/CartIT.java"),
        ("build.gradle.kts", "src/main/kotlin/a/Cart.kt", "src/test/kotlin/a/CartTests.kt"),
        ("Gemfile", "lib/shop/cart.rb", "spec/shop/cart_spec.rb"),
        ("Gemfile", "app/models/cart.rb", "test/models/cart_test.rb"),
        ("composer.json", "src/Shop/Cart.php", "tests/Shop/CartTest.php"),
        ("composer.json", "app/Shop/Cart.php", "tests/Unit/Shop/CartTest.php"),
        ("Shop.sln", "Shop/Cart.cs", "Shop.Tests/CartTests.cs"),
        ("mix.exs", "lib/shop/cart.ex", "test/shop/cart_test.exs"),
        ("pubspec.yaml", "lib/src/cart.dart", "test/cart_test.dart"),
    ] {
        let component = |path: &str| format!("x/{path}");
        let [manifest, source, test] = [manifest, source, test].map(component);
        let rows = rows_of(&[(&manifest, ""), (&source, CODE), (&test, CODE)]);
        assert_eq!(text(&rows[&source], "tests"), test, "{source}");
        assert_eq!(text(&rows[&test], "role"), "test", "{test}");
        let rows =
            rows_of(&[(&manifest, ""), (&source, CODE), (&test.to_lowercase().replace("cart", "other"), "")]);
        let is_of_folder = test.ends_with("shop_test.go") || test.contains("tests.rs");
        assert_eq!(text(&rows[&source], "has_test") == "true", is_of_folder && rows.len() > 5, "{source}");
    }
}

#[test]
fn what_needs_no_test_is_told_apart() {
    let kind = |path: &str, code: &str| {
        let files = [("package.json", ""), ("go.mod", ""), ("Cargo.toml", ""), ("pom.xml", ""), (path, code)];
        let row = &rows_of(&files)[path];
        format!("{} {}", text(row, "role"), text(row, "kind_of_code"))
    };
    assert_eq!(
        kind(
            "src/a.ts",
            "export interface A {\n  f(x: number): void\n}\nexport type B =\n  | (() => void)\n  | A\n"
        ),
        "source declarative"
    );
    assert_eq!(kind("src/a.ts", "export const a = (x) => x + 1\n"), "source code");
    assert_eq!(
        kind("src/a.ts", "export * from './b'\n// function f() {}\nconst x = 'f() {'\n"),
        "source declarative"
    );
    assert_eq!(kind("src/a.d.ts", "declare function f(): void\n"), "other -");
    assert_eq!(kind("src/index.ts", "function f() { }\n"), "other -");
    assert_eq!(kind("vite.config.ts", "export default f(() => {})\n"), "other -");
    assert_eq!(kind("a.go", "package a\n\ntype A interface {\n\tF(x int) error\n}\n"), "source declarative");
    assert_eq!(kind("a.go", "// Code generated by x. DO NOT EDIT.\nfunc F() {}\n"), "source generated");
    assert_eq!(kind("cmd/x/main.go", "func main() {}\n"), "other -");
    assert_eq!(kind("src/a.rs", "pub trait A {\n    fn f(&self) -> u8;\n}\n"), "source declarative");
    assert_eq!(kind("src/a.rs", "pub fn f<'a>(x: &'a str)\nwhere\n    T: A,\n{\n}\n"), "source code");
    let java = "package a;\n@Entity(name = \"x\")\npublic class A {\n    private int x;\n}\n";
    assert_eq!(kind("src/main/java/a/A.java", java), "source declarative");
    assert_eq!(
        kind("src/main/java/a/A.java", "public class A {\n  int f(int x)\n  {\n  }\n}\n"),
        "source code"
    );
}

#[test]
fn a_source_may_hold_its_tests_or_be_named_by_others() {
    let reason = |files: &[(&str, &str)], path: &str| text(&rows_of(files)[path], "reasons");
    let rust = "fn f() {}\n#[cfg(test)]\nmod tests {}\n";
    assert_eq!(reason(&[("Cargo.toml", ""), ("src/a.rs", rust)], "src/a.rs"), "tests within");
    let ends = "#[test]\nfn x() { assert!(shop::store::f()) }\n";
    let files = [("Cargo.toml", ""), ("src/store.rs", "fn f() {}\n"), ("tests/all.rs", ends)];
    assert_eq!(reason(&files, "src/store.rs"), "name of the module");
    let java = [
        ("pom.xml", ""),
        ("src/main/java/a/Cart.java", "class A {\n int f() {}\n}\n"),
        ("src/test/java/a/FlowTest.java", "@Test void f() { assertTrue(new Cart().f()); }"),
    ];
    assert_eq!(reason(&java, "src/main/java/a/Cart.java"), "name of the type");
    for import in ["../src/ui/cart", "@/ui/cart", "../src/ui", "../src/ui/cart.js"] {
        let test = format!("import {{ f }} from '{import}'\ntest('x', () => expect(f()))\n");
        let files = [
            ("package.json", ""),
            ("src/ui/cart.ts", "export function f() {}\n"),
            ("src/ui/index.ts", "export * from './cart'\n"),
            ("tests/flow.test.ts", &test),
        ];
        assert_eq!(reason(&files, "src/ui/cart.ts"), "import", "{import}");
    }
}

#[test]
fn placeholders_do_not_count() {
    let rejected = |manifest: &str, source: &str, test: (&str, &str)| {
        let row = &rows_of(&[(manifest, ""), (source, CODE), test])[source];
        row.related.iter().map(|test| text(test, "fault")).collect::<Vec<_>>().join(" ")
    };
    let typescript = |test: &str| rejected("package.json", "a.ts", ("a.test.ts", test));
    assert_eq!(
        typescript("describe('a', () => { it.skip('b', () => { expect(1) }) })"),
        "all tests are skipped"
    );
    assert_eq!(typescript("test.todo('b')"), "all tests are skipped");
    assert_eq!(typescript("// it('b')\n"), "there is no test");
    assert_eq!(typescript("it('b', () => { f() })"), "no test asserts anything");
    assert_eq!(typescript("it('b', () => { expect(f()).toBe(1) })"), "");
    let go = "func TestA(t *testing.T) {\n\tt.Skip(\"later\")\n}\n";
    assert_eq!(rejected("go.mod", "a.go", ("a_test.go", go)), "all tests are skipped");
}

#[test]
fn a_test_is_expected_where_the_others_lie() {
    let expected = |files: &[(&str, &str)], path: &str| text(&rows_of(files)[path], "expected");
    let files = [("package.json", ""), ("src/a/b.ts", CODE), ("src/c.ts", CODE), ("tests/c.spec.ts", CODE)];
    assert_eq!(expected(&files, "src/a/b.ts"), "tests/a/b.spec.ts");
    assert_eq!(expected(&files[..2], "src/a/b.ts"), "src/a/b.test.ts");
    assert_eq!(expected(&[("Cargo.toml", ""), ("src/a.rs", "fn f() {}")], "src/a.rs"), "src/a.rs");
    assert_eq!(
        expected(&[("x/mix.exs", ""), ("x/lib/a/b.ex", "def f do\nend")], "x/lib/a/b.ex"),
        "x/test/a/b_test.exs"
    );
}

proptest! {
    #[test]
    fn any_text_does(text in "(export |type A =|function |=>|\\) \\{|it\\(|\"|'|`|/\\*|//|\\{|\\}|[\\PC\n]){0,60}") {
        for path in ["src/a.ts", "a.go", "src/a.rs", "lib/a.rb", "src/A.php", "test/a.test.ts", "A.cs", "lib/a.ex"] {
            let manifests = ["package.json", "go.mod", "Cargo.toml", "Gemfile", "composer.json", "x.sln", "mix.exs"];
            let files: Vec<_> = manifests.iter().map(|name| (*name, "")).chain([(path, text.as_str())]).collect();
            prop_assert!(rows_of(&files).contains_key(path));
        }
    }
}
