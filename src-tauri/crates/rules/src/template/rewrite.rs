//! The filters that are added to a template's source: after operands of arithmetic, and after what
//! is written into JSON.

mod rewritten;

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt};
use minijinja::machinery::{Span, parse};
use minijinja::syntax::SyntaxConfig;

pub(super) use rewritten::Rewritten;

use crate::template::Mode;
use rewritten::Addition;

/// Gives the library's own number for one that keeps its digits.
pub(super) const OPERAND: &str = "hookloupe_operand";
/// Gives JSON text.
pub(super) const OUTSIDE: &str = "hookloupe_json";
/// Gives a text for the inside of a JSON string.
pub(super) const WITHIN: &str = "hookloupe_text";

/// Refuses a value of too many levels.
pub(super) const FLAT: &str = "hookloupe_flat";

/// Refuses the same, and namespaces, in a namespace.
pub(super) const HELD: &str = "hookloupe_held";

/// Charges for a text that is looked into.
pub(super) const SIZED: &str = "hookloupe_sized";

/// Why a source is not rewritten.
pub(super) enum RewriteError {
    /// It cannot be parsed.
    Syntax(minijinja::Error),
    /// A string of its JSON is open after one branch and not after another; where they begin.
    UnevenQuotes(usize),
}

/// The library's syntax, with the newline at the end, which it would remove.
pub(super) fn syntax() -> SyntaxConfig {
    let mut syntax = SyntaxConfig::builder();
    syntax.keep_trailing_newline(true);
    syntax.build().expect("the delimiters are the usual ones")
}

/// Adds the filters.
pub(super) fn rewrite(source: &str, mode: Mode) -> Result<Rewritten, RewriteError> {
    let parsed = super::unpanicked(|| parse(source, super::NAME, syntax()));
    let tree = parsed.map_err(RewriteError::Syntax)?;
    let mut rewriter = Rewriter {
        additions: Vec::new(),
        is_json: mode == Mode::Json,
        text: Inside::Outside,
        uneven: None,
    };
    rewriter.statement(&tree);
    match rewriter.uneven {
        Some(offset) => Err(RewriteError::UnevenQuotes(offset)),
        None => Ok(Rewritten::new(source, rewriter.additions)),
    }
}

/// Whether the JSON that the template's own text makes is inside of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Outside,
    String,
}

impl Inside {
    /// After more of the text.
    fn after(self, text: &str) -> Self {
        let mut inside = self;
        let mut escaped = false;
        for byte in text.bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = inside == Self::String,
                b'"' if inside == Self::String => inside = Self::Outside,
                b'"' => inside = Self::String,
                _ => {}
            }
        }
        inside
    }
}

struct Rewriter {
    additions: Vec<Addition>,
    is_json: bool,
    text: Inside,
    /// The first place where it depends on a branch whether a string is open.
    uneven: Option<usize>,
}

impl Rewriter {
    fn statements(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Statements whose output is text of its own.
    fn captured(&mut self, statements: &[Stmt<'_>]) {
        let is_json = std::mem::take(&mut self.is_json);
        self.statements(statements);
        self.is_json = is_json;
    }

    /// Statements in the place of which others may stand: a string that one of them leaves open
    /// the other has to leave open, too, or what follows could not be escaped.
    fn branches(&mut self, first: &[Stmt<'_>], other: &[Stmt<'_>], span: Span) {
        let before = self.text;
        self.statements(other);
        let after_other = std::mem::replace(&mut self.text, before);
        self.statements(first);
        if self.text != after_other {
            self.uneven.get_or_insert(span.start_offset as usize);
        }
    }

    fn statement(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(raw) => {
                if self.is_json {
                    self.text = self.text.after(raw.raw);
                }
            }
            Stmt::EmitExpr(emitted) => {
                self.expression(&emitted.expr);
                if self.is_json {
                    self.output(&emitted.expr, emitted.span());
                }
            }
            Stmt::ForLoop(one) => {
                self.expression(&one.iter);
                one.filter_expr
                    .iter()
                    .for_each(|filter| self.expression(filter));
                self.branches(&one.body, &one.else_body, one.span());
            }
            Stmt::IfCond(one) => {
                self.expression(&one.expr);
                self.branches(&one.true_body, &one.false_body, one.span());
            }
            Stmt::WithBlock(with) => {
                for (_, value) in &with.assignments {
                    self.carried(value);
                }
                self.statements(&with.body);
            }
            Stmt::Set(set) if has_attribute(&set.target) => {
                self.expression(&set.expr);
                self.behind(&set.expr, HELD);
            }
            Stmt::Set(set) => self.carried(&set.expr),
            Stmt::SetBlock(set) => {
                set.filter.iter().for_each(|filter| self.expression(filter));
                self.captured(&set.body);
            }
            Stmt::AutoEscape(block) => self.statements(&block.body),
            Stmt::FilterBlock(block) => {
                self.expression(&block.filter);
                self.statements(&block.body);
            }
            Stmt::Macro(one) => {
                one.defaults.iter().for_each(|value| self.expression(value));
                self.captured(&one.body);
            }
            Stmt::CallBlock(block) => {
                self.carried_arguments(&block.call.args);
                self.captured(&block.macro_decl.body);
            }
            Stmt::Do(one) => self.carried_arguments(&one.call.args),
        }
    }

    /// What is written: the whole expression in brackets, and the filter behind it.
    fn output(&mut self, expression: &Expr<'_>, span: Span) {
        let (start, end) = (first_offset(expression), span.end_offset as usize);
        let filter = match self.text {
            Inside::Outside => OUTSIDE,
            Inside::String => WITHIN,
        };
        self.add(start, start, "(".to_owned());
        self.add(end, start, format!(")|{filter}"));
    }

    fn add(&mut self, at: usize, about: usize, text: String) {
        self.additions.push(Addition { at, about, text });
    }

    fn argument(&mut self, argument: &CallArg<'_>) {
        match argument {
            CallArg::Pos(value)
            | CallArg::PosSplat(value)
            | CallArg::Kwarg(_, value)
            | CallArg::KwargSplat(value) => self.expression(value),
        }
    }

    /// Arguments of a call, which a macro may hand on to itself.
    fn carried_arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.carried(value),
                CallArg::PosSplat(value) | CallArg::KwargSplat(value) => self.expression(value),
            }
        }
    }

    /// What a later statement may put into a value of its own.
    fn carried(&mut self, expression: &Expr<'_>) {
        self.expression(expression);
        if matches!(expression, Expr::Var(_) | Expr::Const(_) | Expr::GetAttr(_)) {
            return;
        }
        self.behind(expression, FLAT);
    }

    /// A filter behind a whole expression.
    fn behind(&mut self, expression: &Expr<'_>, filter: &str) {
        let (start, end) = (
            first_offset(expression),
            expression.span().end_offset as usize,
        );
        self.add(start, start, "(".to_owned());
        self.add(end, start, format!(")|{filter}"));
    }

    fn expressions<'e, 's: 'e>(&mut self, all: impl IntoIterator<Item = &'e Expr<'s>>) {
        for one in all {
            self.expression(one);
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) {
        for argument in arguments {
            self.argument(argument);
        }
    }

    fn expression(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.expression(&slice.expr);
                self.sized(&slice.expr);
                self.expressions(
                    [&slice.start, &slice.stop, &slice.step]
                        .into_iter()
                        .flatten(),
                );
            }
            Expr::UnaryOp(unary) => {
                self.expression(&unary.expr);
                self.operand(&unary.expr);
            }
            Expr::BinOp(binary) => {
                self.expressions([&binary.left, &binary.right]);
                let texts_or_choices = matches!(
                    binary.op,
                    BinOpKind::Concat | BinOpKind::ScAnd | BinOpKind::ScOr
                );
                if !texts_or_choices {
                    self.operand(&binary.left);
                    self.operand(&binary.right);
                }
            }
            Expr::Compare(compare) => {
                let operands = compare.ops.iter().map(|part| &part.expr);
                for operand in std::iter::once(&compare.expr).chain(operands) {
                    self.expression(operand);
                    self.operand(operand);
                }
            }
            Expr::IfExpr(choice) => {
                self.expressions([&choice.test_expr, &choice.true_expr]);
                self.expressions(&choice.false_expr);
            }
            Expr::Filter(_) | Expr::Test(_) | Expr::Call(_) => self.applied(expression),
            Expr::GetAttr(get) => self.expression(&get.expr),
            Expr::GetItem(get) => {
                self.expression(&get.expr);
                self.sized(&get.expr);
                self.expression(&get.subscript_expr);
            }
            Expr::List(list) => self.expressions(&list.items),
            Expr::Tuple(tuple) => self.expressions(&tuple.items),
            Expr::Map(map) => self.expressions(map.keys.iter().chain(&map.values)),
        }
    }

    /// What takes arguments.
    fn applied(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Filter(filter) => {
                filter.expr.iter().for_each(|inner| self.expression(inner));
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.expression(&test.expr);
                self.arguments(&test.args);
            }
            Expr::Call(call) => {
                self.expression(&call.expr);
                self.carried_arguments(&call.args);
            }
            _ => {}
        }
    }

    /// A text of which a part is taken: the library walks it and charges for the part alone.
    fn sized(&mut self, expression: &Expr<'_>) {
        let is_literal = matches!(
            expression,
            Expr::Const(_) | Expr::List(_) | Expr::Map(_) | Expr::Tuple(_)
        );
        if is_literal {
            return;
        }
        let (start, end) = (
            first_offset(expression),
            expression.span().end_offset as usize,
        );
        self.add(start, start, "(".to_owned());
        self.add(end, start, format!("|{SIZED})"));
    }

    /// An operand that may be a number with digits of its own.
    fn operand(&mut self, expression: &Expr<'_>) {
        match expression {
            Expr::Var(_)
            | Expr::GetAttr(_)
            | Expr::GetItem(_)
            | Expr::Call(_)
            | Expr::Filter(_)
            | Expr::Slice(_) => {
                let (start, end) = (
                    first_offset(expression),
                    expression.span().end_offset as usize,
                );
                self.add(start, start, "(".to_owned());
                self.add(end, start, format!("|{OPERAND})"));
            }
            Expr::IfExpr(choice) => {
                self.operand(&choice.true_expr);
                choice
                    .false_expr
                    .iter()
                    .for_each(|other| self.operand(other));
            }
            Expr::BinOp(binary) if matches!(binary.op, BinOpKind::ScAnd | BinOpKind::ScOr) => {
                self.operand(&binary.left);
                self.operand(&binary.right);
            }
            _ => {}
        }
    }
}

/// Whether something that is set is an attribute, which only namespaces let.
fn has_attribute(target: &Expr<'_>) -> bool {
    match target {
        Expr::GetAttr(_) | Expr::GetItem(_) => true,
        Expr::List(list) => list.items.iter().any(has_attribute),
        Expr::Tuple(tuple) => tuple.items.iter().any(has_attribute),
        _ => false,
    }
}

/// Where an expression begins, brackets around its first part aside: one more bracket behind them
/// closes as well as one before them. The span of a filter begins at its name, and that of a
/// comparison before the block.
fn first_offset(expression: &Expr<'_>) -> usize {
    let own = expression.span().start_offset as usize;
    let inner = match expression {
        Expr::Filter(filter) => filter.expr.as_ref().map(first_offset),
        Expr::Test(test) => Some(first_offset(&test.expr)),
        Expr::GetAttr(get) => Some(first_offset(&get.expr)),
        Expr::GetItem(get) => Some(first_offset(&get.expr)),
        Expr::Call(call) => Some(first_offset(&call.expr)),
        Expr::Slice(slice) => Some(first_offset(&slice.expr)),
        Expr::BinOp(binary) => Some(first_offset(&binary.left)),
        Expr::Compare(compare) => Some(first_offset(&compare.expr)),
        Expr::IfExpr(choice) => Some(first_offset(&choice.true_expr)),
        _ => None,
    };
    inner.unwrap_or(own)
}
