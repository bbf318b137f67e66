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
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorBetween;
import org.springframework.expression.spel.ast.OperatorMatches;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.Ternary;

/**
 * Checks whether the values that a condition compares are comparable, and whether its
 * operands are numbers. SpEL treats {@code null} as smaller than each number, says that
 * {@code "100"} is not 100 although the tool treats them as equal, treats the text
 * {@code "false"} as the boolean, and lets a large integer overflow. This class supports
 * everything that {@link ConditionSyntax} allows.
 */
final class Comparisons {

	/** Decimals that a division keeps: SpEL keeps as many as its operands have. */
	private static final int MIN_SCALE = 10;

	private static final Pattern DATE = Pattern.compile("[+-]?\\d{4,}-\\d\\d-\\d\\d.*", Pattern.DOTALL);

	private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

	private static final Pattern ANY_UUID = Pattern
		.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

	private Comparisons() {
	}

	/**
	 * Return a value with numbers that don't overflow, at any depth.
	 * @param value a value as JSON has it
	 */
	static @Nullable Object exact(@Nullable Object value) {
		if (value instanceof Number number) {
			BigDecimal decimal = new BigDecimal(number.toString());
			return (decimal.scale() < MIN_SCALE) ? decimal.setScale(MIN_SCALE) : decimal;
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
	static boolean areClear(SpelNode condition, EvaluationContext context) {
		return areClear(condition, new ExpressionState(context));
	}

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
		if (isComparison(node)) {
			return isComparable(node, state);
		}
		if (node instanceof OpAnd || node instanceof OpOr) {
			return kind(value(node, 0, state)) == Boolean.class && kind(value(node, 1, state)) == Boolean.class;
		}
		if (node instanceof OperatorNot || node instanceof Ternary) {
			return kind(value(node, 0, state)) == Boolean.class;
		}
		if (node instanceof OperatorBetween) {
			Class<?> kind = kind(value(node, 0, state));
			return isOrdered(kind) && node.getChild(1) instanceof InlineList bounds
					&& kind == kind(value(bounds, 0, state)) && kind == kind(value(bounds, 1, state));
		}
		if (node instanceof OperatorMatches) {
			return value(node, 0, state) instanceof CharSequence;
		}
		return !ConditionSyntax.isArithmetic(node) || isCountable(node, state);
	}

	private static boolean isComparison(SpelNode node) {
		return node instanceof OpEQ || node instanceof OpNE || node instanceof OpLT || node instanceof OpLE
				|| node instanceof OpGT || node instanceof OpGE;
	}

	private static boolean isComparable(SpelNode comparison, ExpressionState state) {
		boolean withNull = comparison.getChild(0) instanceof NullLiteral
				|| comparison.getChild(1) instanceof NullLiteral;
		if (withNull) {
			return comparison instanceof OpEQ || comparison instanceof OpNE;
		}
		Class<?> kind = kind(value(comparison, 0, state));
		return kind == kind(value(comparison, 1, state)) && (isOrdered(kind) || kind == Boolean.class);
	}

	private static boolean isOrdered(Class<?> kind) {
		return kind != Void.class && kind != Boolean.class && kind != Object.class;
	}

	private static boolean isCountable(SpelNode operation, ExpressionState state) {
		Object left = value(operation, 0, state);
		if (operation.getChildCount() == 1) {
			return left instanceof Number;
		}
		Object right = value(operation, 1, state);
		if (operation instanceof OpPlus && left instanceof CharSequence && right instanceof CharSequence) {
			return true;
		}
		if (!(left instanceof Number && right instanceof Number)) {
			return false;
		}
		if (operation instanceof OpDivide) {
			BigDecimal quotient = new BigDecimal(String.valueOf(((SpelNodeImpl) operation).getValue(state)));
			return quotient.multiply(new BigDecimal(right.toString())).compareTo(new BigDecimal(left.toString())) == 0;
		}
		return left instanceof BigDecimal || right instanceof BigDecimal;
	}

	private static @Nullable Object value(SpelNode node, int child, ExpressionState state) {
		return ((SpelNodeImpl) node.getChild(child)).getValue(state);
	}

	/**
	 * Return the type with which a value may be compared; {@code Void} for none. A date
	 * or a point in time has several text forms that may mean the same.
	 */
	private static Class<?> kind(@Nullable Object value) {
		if (value == null) {
			return Void.class;
		}
		if (value instanceof CharSequence text) {
			return kind(text.toString());
		}
		return (value instanceof Number) ? Number.class : (value instanceof Boolean) ? Boolean.class : Object.class;
	}

	private static Class<?> kind(String text) {
		if (DATE.matcher(text).matches()) {
			return (text.length() == "2026-01-01".length()) ? LocalDate.class
					: INSTANT.matcher(text).matches() ? Instant.class : Void.class;
		}
		if (ANY_UUID.matcher(text).matches()) {
			return text.chars().anyMatch(Character::isUpperCase) ? Void.class : UUID.class;
		}
		return String.class;
	}

}
