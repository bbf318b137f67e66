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

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.standard.SpelExpression;

/**
 * Whether what a condition compares can be compared. SpEL takes {@code null} for smaller
 * than each number, and says that {@code "100"} is not 100, which for the tool it is.
 */
final class Comparisons {

	private Comparisons() {
	}

	/**
	 * Return whether each comparison is one of a kind with its like. Those within a
	 * selection or a projection are not looked at.
	 * @throws RuntimeException if an operand can't be evaluated
	 */
	static boolean areClear(Expression condition, EvaluationContext context) {
		return !(condition instanceof SpelExpression spel) || areClear(spel.getAST(), new ExpressionState(context));
	}

	private static boolean areClear(SpelNode node, ExpressionState state) {
		if (node instanceof Selection || node instanceof Projection) {
			return true;
		}
		if (isComparison(node) && !isClear((Operator) node, state)) {
			return false;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (!areClear(node.getChild(i), state)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isComparison(SpelNode node) {
		return node instanceof OpEQ || node instanceof OpNE || node instanceof OpLT || node instanceof OpLE
				|| node instanceof OpGT || node instanceof OpGE;
	}

	private static boolean isClear(Operator comparison, ExpressionState state) {
		SpelNodeImpl left = comparison.getLeftOperand();
		SpelNodeImpl right = comparison.getRightOperand();
		if (left instanceof NullLiteral || right instanceof NullLiteral) {
			return true;
		}
		Class<?> kind = kind(left.getValue(state));
		return kind != Void.class && kind == kind(right.getValue(state));
	}

	private static Class<?> kind(@Nullable Object value) {
		if (value == null) {
			return Void.class;
		}
		return (value instanceof Number) ? Number.class : (value instanceof CharSequence) ? String.class
				: (value instanceof Boolean) ? Boolean.class : Object.class;
	}

}
