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

package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.DecidedCall;
import dev.lumoauth.spring.guard.GuardReports;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationInterceptorsOrder;

/**
 * Checks a bean's method before it runs. A method that returns a reactive type is checked
 * when what it returns is subscribed to; every other one when it is called, on the
 * calling thread. Where the result of such a method turns out to be code that has not
 * run, the code is checked again when it runs.
 * <p>
 * Both kinds are in one advisor: with one for each, a method that neither takes for its
 * own would be open.
 */
final class CapabilityAdvisor implements AuthorizationAdvisor {

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

	private final MethodReturn.Finder returns = new MethodReturn.Finder();

	private CapabilityAdvisor(Pointcut pointcut, @Nullable CapabilityRequirement ofFactoryMethod,
			InvokedRequirement requirement, Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		this.reports = reports;
		this.pointcut = pointcut;
		this.ofFactoryMethod = ofFactoryMethod;
		this.requirement = requirement;
		this.decisions = decisions;
		this.onSubscription = MethodReturn.isReactiveSupported() ? new SubscriptionInterceptor(decisions, reports)
				: null;
	}

	/**
	 * Create the advisor for every annotated method, whose decisions are reported.
	 * @param requirements where the annotations are looked up
	 * @param decisions who decides; asked for when the first method is called
	 * @param reports who is told of the decisions
	 * @return the advisor
	 */
	static CapabilityAdvisor forAnnotations(CapabilityRequirements requirements,
			Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		return new CapabilityAdvisor(new CapabilityPointcut(requirements), null,
				(invocation) -> requirements.find(invocation.getMethod(), InvokedRequirement.targetClass(invocation)),
				decisions, reports);
	}

	/**
	 * Create the advisor for the annotated methods of an object whose class can't be
	 * seen, since somebody else has put something around the object.
	 * @param type the class of the object
	 */
	static CapabilityAdvisor forHidden(Class<?> type, CapabilityRequirements requirements,
			Supplier<CapabilityDecisions> decisions, GuardReports reports) {
		return new CapabilityAdvisor(new HiddenTypePointcut((method) -> requirements.find(method, type) != null), null,
				(invocation) -> requirements.find(invocation.getMethod(), type), decisions, reports);
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
	 * Create an advisor that checks nothing, and shows that what is inside of a bean is
	 * checked.
	 */
	static CapabilityAdvisor inside(CapabilityRequirement requirement, Supplier<CapabilityDecisions> decisions,
			GuardReports reports) {
		return new CapabilityAdvisor(new NoMethodPointcut(), requirement, (invocation) -> requirement, decisions,
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
		MethodReturn returned = this.returns.find(invocation);
		CapabilityRequirement required = this.requirement.find(invocation);
		if (required == null) {
			this.reports.method(invocation.getMethod(), null, CapabilityDecision.deny(List.of()));
			throw Refusals.unexplained();
		}
		return (this.onSubscription != null && returned.adapter() != null)
				? this.onSubscription.invoke(invocation, required, returned.adapter())
				: onCall(invocation, required, returned);
	}

	/**
	 * By ourselves and not by Spring Security's interceptor, which puts the call into
	 * words for its debug log each time, whether or not that is written. Who the user is
	 * does not matter: there may be none on this thread.
	 */
	private @Nullable Object onCall(MethodInvocation invocation, CapabilityRequirement required, MethodReturn returned)
			throws Throwable {
		boolean behindProxy = invocation instanceof ProxyMethodInvocation && !(invocation instanceof WovenInvocation);
		Object proxy = behindProxy ? ((ProxyMethodInvocation) invocation).getProxy() : invocation.getThis();
		if (!DecidedCall.take(this.decisions.get(), required, proxy, invocation.getMethod(), invocation)) {
			requireGranted(required, invocation.getMethod());
		}
		if (returned.composes() && proxy != null && proxy != invocation.getThis()) {
			return DeferredResults.composed(proxy, invocation.getMethod(), invocation.getArguments());
		}
		Object result = invocation.proceed();
		return (returned.mayDefer() && result != null && DeferredTypes.of(result.getClass()) != DeferredTypes.Kind.DATA)
				? DeferredResults.guarded(result, invocation.getMethod(), new Recheck(required, invocation.getMethod()))
				: result;
	}

	private void requireGranted(CapabilityRequirement required, Method method) {
		// An implementation of the application's own may return none.
		CapabilityDecision decision = Objects.requireNonNull(this.decisions.get().decide(required),
				"No decision on a capability");
		if (this.reports.wants(decision)) {
			this.reports.method(method, required, decision);
		}
		if (!decision.isGranted()) {
			throw Refusals.of(decision);
		}
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

	/**
	 * Asks again before code runs that a method left for later.
	 */
	private final class Recheck implements DeferredGuard {

		private final CapabilityRequirement required;

		private final Method method;

		private Recheck(CapabilityRequirement required, Method method) {
			this.required = required;
			this.method = method;
		}

		@Override
		public @Nullable Object call(Code code) throws Throwable {
			requireGranted(this.required, this.method);
			return code.run();
		}

		@Override
		public Publisher<?> subscribed(Publisher<?> publisher, boolean multiple) {
			return Objects.requireNonNull(CapabilityAdvisor.this.onSubscription)
				.checked(this.required, this.method, () -> publisher, multiple);
		}

	}

}
