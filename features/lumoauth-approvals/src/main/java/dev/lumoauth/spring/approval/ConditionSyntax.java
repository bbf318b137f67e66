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

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BooleanLiteral;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.FloatLiteral;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.LongLiteral;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpModulus;
import org.springframework.expression.spel.ast.OpMultiply;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorBetween;
import org.springframework.expression.spel.ast.OperatorMatches;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.RealLiteral;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * The syntax of conditions: everything that {@link Comparisons} can check. The result of
 * any other expression would not be certain.
 */
final class ConditionSyntax {

	private static final Set<Class<?>> ARITHMETIC = Set.of(OpPlus.class, OpMinus.class, OpMultiply.class,
			OpDivide.class, OpModulus.class);

	private static final Set<Class<?>> ALLOWED = Set.of(IntLiteral.class, LongLiteral.class, RealLiteral.class,
			FloatLiteral.class, StringLiteral.class, BooleanLiteral.class, NullLiteral.class, VariableReference.class,
			CompoundExpression.class, PropertyOrFieldReference.class, Indexer.class, OpEQ.class, OpNE.class, OpLT.class,
			OpLE.class, OpGT.class, OpGE.class, OpAnd.class, OpOr.class, OperatorNot.class, OperatorBetween.class,
			OperatorMatches.class, Ternary.class, Elvis.class);

	private ConditionSyntax() {
	}

	/**
	 * Refuse a condition that can't be checked.
	 * @throws IllegalArgumentException if a part of it can't be checked
	 */
	static void require(SpelNode root) {
		require(root, null, 0);
	}

	private static void require(SpelNode node, @Nullable SpelNode parent, int position) {
		String written = node.toStringAST();
		if (isArithmetic(node)) {
			require(node.getChildCount() == 1 || hasArgument(node), written,
					"has no argument in it and may overflow; write the resulting number");
		}
		else if (node instanceof InlineList) {
			require(parent instanceof OperatorBetween && position == 1 && node.getChildCount() == 2, written,
					"is not a pair of bounds after 'between'");
		}
		else {
			require(ALLOWED.contains(node.getClass()), written,
					"can't be checked; use arguments, their members, literals, arithmetic, comparisons, "
							+ "'between', 'matches', 'and', 'or', 'not' and '?:'");
		}
		if (node instanceof VariableReference) {
			require(!"#root".equals(written) && !"#this".equals(written), written, "is not an argument");
		}
		if (node instanceof PropertyOrFieldReference) {
			require(parent instanceof CompoundExpression && position > 0, written,
					"is not an argument; write '#" + written + "', or a text in quotes");
		}
		if (node instanceof Indexer) {
			require(node.getChild(0) instanceof IntLiteral || node.getChild(0) instanceof StringLiteral, written,
					"has an index that is neither a whole number nor a text in quotes");
		}
		if (node instanceof OperatorBetween) {
			require(node.getChild(1) instanceof InlineList, written, "has no pair of bounds such as '{1,5}'");
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

	static boolean isArithmetic(SpelNode node) {
		return ARITHMETIC.contains(node.getClass());
	}

	private static boolean hasArgument(SpelNode node) {
		if (node instanceof VariableReference || node instanceof StringLiteral) {
			return true;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (hasArgument(node.getChild(i))) {
				return true;
			}
		}
		return false;
	}

}
