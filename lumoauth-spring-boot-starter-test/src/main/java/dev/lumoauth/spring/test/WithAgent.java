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
 * there is no server and no request, and no {@code lumoauth.*} property is needed. All
 * else is real: guards, advisors, caches, the exchange of tokens, the budget, and what an
 * approval is for.
 * <p>
 * On a test class it is about each of its tests, on a method about that one, where it
 * replaces the class's. Classes inherit it, and so do {@code @Nested} ones. It may be
 * used as a meta-annotation. Tests of the class that have none have an agent without any
 * capability.
 * <p>
 * Classes that are otherwise configured in the same way share an application context
 * whatever their agents may. Before each test everything is forgotten that the agents
 * remember: decisions, tokens, budgets, approvals. Run in parallel, tests that share a
 * context therefore take turns. What belongs to no test whose turn it is gets no answer,
 * such as {@code @BeforeAll} methods and work that a test has left behind. While a
 * context starts, the agent has no capability.
 * <p>
 * The MCP servers of listed connections are not reached, unless
 * {@code lumoauth.test.reach-mcp-servers} is {@code true}.
 * <p>
 * Inject {@link TestAgent} to see what was asked, or to change the answers in the middle
 * of a test.
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
	 * The capabilities that the agent has. Every other is denied.
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
	 * What LumoAuth says of the agent's budget.
	 * @return the budget
	 */
	AgentBudget budget() default AgentBudget.AVAILABLE;

	/**
	 * Whether LumoAuth is unreachable. Then it says nothing, whatever else is set here;
	 * no time is spent on waiting for it.
	 * @return whether it is unreachable
	 */
	boolean unavailable() default false;

	/**
	 * What people say who are asked to approve a call. By default they say nothing, and
	 * the test decides by {@link TestAgent#approve(String)} or leaves the call waiting.
	 * @return what they say
	 */
	AgentApprovals approvals() default AgentApprovals.PENDING;

}
