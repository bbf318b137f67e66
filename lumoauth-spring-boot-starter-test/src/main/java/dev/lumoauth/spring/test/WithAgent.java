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

package dev.lumoauth.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Runs a test as an agent with these capabilities. LumoAuth's answers come from memory:
 * there is no server and no request, and no {@code lumoauth.*} property is needed.
 * Everything else is real: guards, advisors, caches, token exchanges, the budget, and the
 * scope of an approval.
 * <p>
 * On a test class the annotation applies to each of its tests. On a method it applies to
 * that test and replaces the annotation of the class. Subclasses and {@code @Nested}
 * classes inherit it. It may be used as a meta-annotation. Other tests of the class,
 * without the annotation, have an agent without any capability.
 * <p>
 * Classes with otherwise equal configuration share an application context, whatever their
 * agents' capabilities are. Before each test the agents forget everything that they
 * remember: decisions, tokens, budgets, approvals. Tests that run in parallel and share a
 * context therefore take turns. Code that does not belong to the test whose turn it is
 * gets no answer, such as {@code @BeforeAll} methods and work that an earlier test left
 * behind. While a context starts, the agent has no capability.
 * <p>
 * The MCP servers of listed connections are not reached, unless
 * {@code lumoauth.test.reach-mcp-servers} is {@code true}.
 * <p>
 * Inject {@link TestAgent} to verify the questions, or to change the answers during a
 * test.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithAgent {

	/**
	 * Stands for every capability that is not {@link #denied()}.
	 */
	String ALL = "*";

	/**
	 * The same as {@link #capabilities()}.
	 * @return the names, or {@link #ALL}
	 */
	@AliasFor("capabilities")
	String[] value() default {};

	/**
	 * The capabilities that the agent has. Every other capability is denied.
	 * @return the names, or {@link #ALL}
	 */
	@AliasFor("value")
	String[] capabilities() default {};

	/**
	 * Capabilities that the agent does not have, even with {@link #ALL}.
	 * @return the names
	 */
	String[] denied() default {};

	/**
	 * LumoAuth's answer about the agent's budget.
	 * @return the budget
	 */
	AgentBudget budget() default AgentBudget.AVAILABLE;

	/**
	 * Whether LumoAuth is unreachable. Then it gives no answer, whatever else is set
	 * here, and no time is spent on waiting.
	 * @return whether it is unreachable
	 */
	boolean unavailable() default false;

	/**
	 * The decision of people who are asked to approve a call. By default the request
	 * stays pending, and the test decides by {@link TestAgent#approve(String)} or leaves
	 * the call waiting.
	 * @return the decision
	 */
	AgentApprovals approvals() default AgentApprovals.PENDING;

}
