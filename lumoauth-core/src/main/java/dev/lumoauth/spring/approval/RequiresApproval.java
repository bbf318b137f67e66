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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A person has to approve each call of this before it runs. What is approved is one call:
 * this agent, this user, this tool, these arguments. It runs once.
 * <p>
 * It goes wherever {@link dev.lumoauth.spring.capability.RequiresCapability} goes, alone
 * or beside it. The capability is asked for first: nobody is bothered for a call that is
 * denied anyway.
 * <p>
 * A model that calls such a tool reads {@code Approval pending: ...} and goes on; with
 * {@code lumoauth.approvals.mode=wait} the call waits a while first. Ordinary Java gets
 * an {@link ApprovalPendingException}.
 *
 * <pre class="code">
 * &#064;Tool(description = "Refund a payment")
 * &#064;RequiresCapability("payments:refund")
 * &#064;RequiresApproval(reason = "Refund {amount} {currency} to {customer}", impact = Impact.HIGH)
 * Receipt refund(String customer, BigDecimal amount, String currency) { ... }
 * </pre>
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface RequiresApproval {

	/**
	 * What the person reads. {@code {amount}} stands for the argument of that name,
	 * {@code {order.total}} for a value in it; a value of several words stands in quotes.
	 * At most 480 characters are shown; what is longer is cut, and marked as cut. Without
	 * a reason the person reads the name of the tool.
	 * @return the reason
	 */
	String reason() default "";

	/**
	 * How much the call changes.
	 * @return the impact
	 */
	Impact impact() default Impact.HIGH;

	/**
	 * Which calls need it: a SpEL expression over the named arguments, such as
	 * {@code #amount > 100}. Every call does where there is none, where the expression
	 * fails, where it names an argument that is missing, where it compares what is not
	 * alike, and where an argument came that the tool's schema does not declare, or not
	 * in that form.
	 * <p>
	 * Allowed are literals, arguments and their members ({@code #order.total},
	 * {@code #items[0]}), {@code + - * / %}, comparisons, {@code between {1,5}},
	 * {@code matches '...'}, {@code and}, {@code or}, {@code not} and {@code ?:};
	 * anything else is refused at start.
	 * @return the expression
	 */
	String when() default "";

	/**
	 * The servers that the call sends requests to with what was approved: their ids at
	 * LumoAuth. With {@code lumoauth.approvals.channel=jit} their token is the one that
	 * the approved request gives, while the call runs; without a server here none is
	 * fetched, and every token is the ordinary one.
	 * @return the audiences
	 */
	String[] audience() default {};

}
