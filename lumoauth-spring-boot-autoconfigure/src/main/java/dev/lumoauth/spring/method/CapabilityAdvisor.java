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

package dev.lumoauth.spring.method;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.capability.GuardReports;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Pointcut;
import org.springframework.core.ReactiveAdapter;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationInterceptorsOrder;

/**
 * Checks a bean's method before it runs. A method that returns a reactive type is checked
 * when what it returns is subscribed to; every other one when it is called, on the
 * calling thread.
 * <p>
 * Both kinds are in one advisor: with one for each, a method that neither takes for its
 * own would be open.
 *
 * @since 0.1.0
 */
public final class CapabilityAdvisor implements AuthorizationAdvisor {

	/**
	 * After {@code @PreAuthorize}: nobody asks LumoAuth for a user who may not call.
	 */
	static final int ORDER = AuthorizationInterceptorsOrder.PRE_AUTHORIZE.getOrder() + 1;

	private final Pointcut pointcut;

	private final @Nullable CapabilityRequirement ofFactoryMethod;

	private final InvokedRequirement requirement;

	private final Supplier<CapabilityDecisions> decisions;

	private final GuardReports reports;

	private final @Nullable SubscriptionInterceptor onSubscription;

	private final ReactiveReturn reactiveReturn = new ReactiveReturn();

	private CapabilityAdvisor(Pointcut pointcut, @Nullable CapabilityRequirement ofFactoryMethod,
			InvokedRequirement requirement, Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		this.reports = reports;
		this.pointcut = pointcut;
		this.ofFactoryMethod = ofFactoryMethod;
		this.requirement = requirement;
		this.decisions = decisions;
		this.onSubscription = ReactiveReturn.isSupported()
				? new SubscriptionInterceptor(requirement, decisions, reports) : null;
	}

	/**
	 * Create the advisor for every annotated method.
	 * @param requirements where the annotations are looked up
	 * @param decisions who decides; asked for when the first method is called, so that no
	 * bean is created before it can be guarded itself
	 * @return the advisor
	 */
	public static CapabilityAdvisor forAnnotations(CapabilityRequirements requirements,
			Supplier<CapabilityDecisions> decisions) {
		return forAnnotations(requirements, decisions, GuardReports.NONE);
	}

	/**
	 * Create the advisor for every annotated method, whose decisions are reported.
	 * @param requirements where the annotations are looked up
	 * @param decisions who decides; asked for when the first method is called
	 * @param reports who is told of the decisions
	 * @return the advisor
	 */
	public static CapabilityAdvisor forAnnotations(CapabilityRequirements requirements,
			Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		return new CapabilityAdvisor(new CapabilityPointcut(requirements), null,
				(invocation) -> requirements.find(invocation.getMethod(), InvokedRequirement.targetClass(invocation)),
				decisions, reports);
	}

	/**
	 * Create the advisor for every method of a bean whose {@code @Bean} method is
	 * annotated.
	 */
	static CapabilityAdvisor forFactoryMethod(CapabilityRequirement requirement,
			Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		return new CapabilityAdvisor(new AnyMethodPointcut(), requirement, (invocation) -> requirement, decisions,
				reports);
	}

	/**
	 * Return what the {@code @Bean} method asks for.
	 * @return the requirement, or {@code null} if this is the advisor for annotations
	 */
	@Nullable CapabilityRequirement ofFactoryMethod() {
		return this.ofFactoryMethod;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		SubscriptionInterceptor onSubscription = this.onSubscription;
		ReactiveAdapter adapter = (onSubscription != null) ? this.reactiveReturn.adapter(invocation) : null;
		return (onSubscription != null && adapter != null) ? onSubscription.invoke(invocation, adapter)
				: onCall(invocation);
	}

	/**
	 * By ourselves and not by Spring Security's interceptor, which puts the call into
	 * words for its debug log each time, whether or not that is written. Who the user is
	 * does not matter: there may be none on this thread.
	 */
	private @Nullable Object onCall(MethodInvocation invocation) throws Throwable {
		CapabilityRequirement required = this.requirement.find(invocation);
		if (required == null) {
			this.reports.method(invocation.getMethod(), null, CapabilityDecision.deny(List.of()));
			throw Refusals.unexplained();
		}
		// An implementation of the application's own may return none.
		CapabilityDecision decision = Objects.requireNonNull(this.decisions.get().decide(required),
				"No decision on a capability");
		if (this.reports.wants(decision)) {
			this.reports.method(invocation.getMethod(), required, decision);
		}
		if (!decision.isGranted()) {
			throw Refusals.of(decision);
		}
		return invocation.proceed();
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
