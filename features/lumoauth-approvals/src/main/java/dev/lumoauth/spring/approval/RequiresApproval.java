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

import dev.lumoauth.spring.GuardAnnotation;

/**
 * Requires that a person approves each call before it runs. An approval is for one call:
 * this agent, this user, this tool, these arguments. The call runs once.
 * <p>
 * Use the annotation wherever {@link dev.lumoauth.spring.capability.RequiresCapability}
 * can be used, alone or together with it. The capability is checked first, so nobody is
 * asked about a call that is denied anyway.
 * <p>
 * A model that calls such a tool reads {@code Approval pending: ...} and continues; with
 * {@code lumoauth.approvals.mode=wait} the call waits a while first. Other Java code gets
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
@GuardAnnotation
public @interface RequiresApproval {

	/**
	 * What the person reads. {@code {amount}} stands for the argument of that name,
	 * {@code {order.total}} for a value in it. A value of several words is put in quotes.
	 * A call whose filled-in reason has more than 480 characters is refused, since
	 * nothing that a person approves is cut. The person sees all arguments anyway, so
	 * leave long ones out. Without a reason the person reads the name of the tool.
	 * @return the reason
	 */
	String reason() default "";

	/**
	 * How much the call changes.
	 * @return the impact
	 */
	Impact impact() default Impact.HIGH;

	/**
	 * Which calls need the approval: a SpEL expression over the named arguments, such as
	 * {@code #amount > 100}. Every call needs it if there is no expression, if the
	 * expression fails, if it names a missing argument, if it compares values of
	 * different kinds, or if the call has an argument that the tool's schema does not
	 * declare, or not in that form.
	 * <p>
	 * Allowed are literals, arguments and their members ({@code #order.total},
	 * {@code #items[0]}), comparisons, {@code matches '...'}, {@code and}, {@code or} and
	 * {@code not}; anything else is refused at start.
	 * @return the expression
	 */
	String when() default "";

	/**
	 * The ids at LumoAuth of the servers to which the approved call sends requests. With
	 * {@code lumoauth.approvals.channel=jit} the call uses the token of the approved
	 * request for these servers while it runs. If no server is named here, no such token
	 * is fetched, and the ordinary tokens are used.
	 * @return the audiences
	 */
	String[] audience() default {};

	/**
	 * Whether a person has to decide. With the channel {@code jit}, LumoAuth's rules
	 * approve calls of low and medium risk automatically. Such an approval is not enough
	 * then: the call is refused, with words that say so.
	 * @return whether an automatic approval is not enough
	 */
	boolean byPerson() default false;

}
