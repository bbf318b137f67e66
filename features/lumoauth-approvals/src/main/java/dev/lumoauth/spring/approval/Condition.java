/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.approval;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.ParseException;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BooleanLiteral;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FloatLiteral;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.LongLiteral;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OperatorMatches;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.RealLiteral;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.MapAccessor;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

import dev.lumoauth.spring.guard.CallArguments;

/**
 * Which calls need an approval: a SpEL expression that compares arguments. SpEL treats
 * {@code null} as smaller than each number, says that {@code "100"} is not 100 although a
 * tool treats them as equal, and treats the text {@code "false"} as the boolean. So only
 * what is checked here is allowed, and a comparison of values of different kinds says
 * nothing.
 */
final class Condition {

	private static final Set<Class<?>> COMPARISONS = Set.of(OpEQ.class, OpNE.class, OpLT.class, OpLE.class, OpGT.class,
			OpGE.class);

	private static final Set<Class<?>> ALLOWED = Set.of(IntLiteral.class, LongLiteral.class, RealLiteral.class,
			FloatLiteral.class, StringLiteral.class, BooleanLiteral.class, NullLiteral.class, VariableReference.class,
			CompoundExpression.class, PropertyOrFieldReference.class, Indexer.class, OpAnd.class, OpOr.class,
			OperatorNot.class, OperatorMatches.class);

	/** A date or a point in time has several text forms that may mean the same. */
	private static final Pattern DATE = Pattern.compile("[+-]?\\d{4,}-\\d\\d-\\d\\d.*", Pattern.DOTALL);

	private static final Pattern ONE_FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\dZ)?");

	/** The case of its letters does not count. */
	private static final Pattern ANY_UUID = Pattern
		.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

	private final SpelExpression expression;

	private final Set<String> names = new HashSet<>();

	/**
	 * Read a condition.
	 * @param text the expression
	 * @throws IllegalArgumentException if it is not SpEL, or uses what is not allowed
	 */
	Condition(String text) {
		try {
			this.expression = new SpelExpressionParser().parseRaw(text);
		}
		catch (ParseException | IllegalStateException ex) {
			throw new IllegalArgumentException("its 'when' is not a SpEL expression: " + ex.getMessage(), ex);
		}
		require(this.expression.getAST(), null, 0);
	}

	private void require(SpelNode node, @Nullable SpelNode parent, int position) {
		String written = node.toStringAST();
		boolean negative = node instanceof OpMinus && node.getChildCount() == 1 && node.getChild(0) instanceof Literal;
		require(negative || ALLOWED.contains(node.getClass()) || COMPARISONS.contains(node.getClass()), written,
				"can't be checked; use arguments, their members, literals, comparisons, 'matches', 'and', 'or' and "
						+ "'not'");
		if (node instanceof VariableReference) {
			require(!"#root".equals(written) && !"#this".equals(written), written, "is not an argument");
			this.names.add(written.substring(1));
		}
		if (node instanceof PropertyOrFieldReference) {
			require(parent instanceof CompoundExpression && position > 0, written,
					"is not an argument; write '#" + written + "', or a text in quotes");
		}
		if (node instanceof Indexer) {
			require(node.getChild(0) instanceof IntLiteral || node.getChild(0) instanceof StringLiteral, written,
					"has an index that is neither a whole number nor a text in quotes");
		}
		if (node instanceof OperatorMatches) {
			require(node.getChild(1) instanceof StringLiteral, written, "has a pattern that is not a text in quotes");
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			require(node.getChild(i), node, i);
		}
	}

	private static void require(boolean condition, String written, String why) {
		if (!condition) {
			throw new IllegalArgumentException("its 'when' uses '" + written + "', which " + why);
		}
	}

	/**
	 * Return the names of the arguments in the expression.
	 */
	Set<String> names() {
		return this.names;
	}

	/**
	 * Return whether the expression clearly says that a call needs no approval.
	 * @param arguments the arguments of the call
	 */
	boolean excludes(CallArguments arguments) {
		Map<String, @Nullable Object> values = arguments.values();
		if (!arguments.areAllDeclared() || this.names.stream().anyMatch((name) -> values.get(name) == null)) {
			return false;
		}
		try {
			// Numbers that are not usable as JSON are not usable here.
			arguments.canonical();
			SimpleEvaluationContext context = SimpleEvaluationContext.forPropertyAccessors(new MapAccessor())
				.withAssignmentDisabled()
				.build();
			values.forEach((name, value) -> context.setVariable(name, exact(value)));
			return Boolean.FALSE.equals(this.expression.getValue(context))
					&& areClear(this.expression.getAST(), new ExpressionState(context));
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/**
	 * Return a value with numbers that are compared to the last digit, at any depth.
	 * @param value a value as JSON has it
	 */
	private static @Nullable Object exact(@Nullable Object value) {
		if (value instanceof Number number) {
			return new BigDecimal(number.toString());
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> values = new LinkedHashMap<>();
			map.forEach((name, each) -> values.put(String.valueOf(name), exact(each)));
			return values;
		}
		if (value instanceof Collection<?> elements) {
			List<@Nullable Object> values = new ArrayList<>();
			elements.forEach((each) -> values.add(exact(each)));
			return values;
		}
		return value;
	}

	/**
	 * Return whether each operation has suitable operands, including the parts that did
	 * not affect the result.
	 * @throws RuntimeException if an operand can't be evaluated
	 */
	private static boolean areClear(SpelNode node, ExpressionState state) {
		if (!isClear(node, state)) {
			return false;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (!areClear(node.getChild(i), state)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isClear(SpelNode node, ExpressionState state) {
		if (COMPARISONS.contains(node.getClass())) {
			return isComparable(node, state);
		}
		if (node instanceof OpAnd || node instanceof OpOr) {
			return value(node, 0, state) instanceof Boolean && value(node, 1, state) instanceof Boolean;
		}
		if (node instanceof OperatorNot) {
			return value(node, 0, state) instanceof Boolean;
		}
		return !(node instanceof OperatorMatches) || value(node, 0, state) instanceof CharSequence;
	}

	private static boolean isComparable(SpelNode comparison, ExpressionState state) {
		if (comparison.getChild(0) instanceof NullLiteral || comparison.getChild(1) instanceof NullLiteral) {
			return comparison instanceof OpEQ || comparison instanceof OpNE;
		}
		String kind = kind(value(comparison, 0, state));
		return !kind.isEmpty() && kind.equals(kind(value(comparison, 1, state)));
	}

	private static @Nullable Object value(SpelNode node, int child, ExpressionState state) {
		return ((SpelNodeImpl) node.getChild(child)).getValue(state);
	}

	/**
	 * Return the kind of values with which a value may be compared; empty for none.
	 */
	private static String kind(@Nullable Object value) {
		if (value instanceof CharSequence text) {
			if (DATE.matcher(text).matches()) {
				return ONE_FORM.matcher(text).matches() ? "date of " + text.length() : "";
			}
			boolean id = ANY_UUID.matcher(text).matches();
			return id ? text.chars().anyMatch(Character::isUpperCase) ? "" : "id" : "text";
		}
		return (value instanceof Number) ? "number" : (value instanceof Boolean) ? "boolean" : "";
	}

}
