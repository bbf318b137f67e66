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

import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.OnBehalfOfUserAnnotations;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.Ordered;

/**
 * Runs a bean's method for the current user, or refuses it. The user is in force on the
 * calling thread while the method runs; where it returns a reactive type, while it is
 * called and what it returns is subscribed to, which is when it is called.
 */
final class UserAdvisor implements PointcutAdvisor, MethodInterceptor, Ordered {

	private final Pointcut pointcut;

	private final boolean forFactoryMethod;

	private final Supplier<CurrentUser> user;

	private final GuardReports reports;

	private final @Nullable UserSubscription onSubscription;

	private final MethodReturn.Finder returns = new MethodReturn.Finder();

	private UserAdvisor(Pointcut pointcut, boolean forFactoryMethod, Supplier<CurrentUser> user, GuardReports reports) {
		this.pointcut = pointcut;
		this.reports = reports;
		this.forFactoryMethod = forFactoryMethod;
		this.user = user;
		this.onSubscription = MethodReturn.isReactiveSupported() ? new UserSubscription(user, reports) : null;
	}

	/**
	 * Create the advisor for every annotated method, whose refusals are reported.
	 * @param users where the annotations are looked up
	 * @param user for whom the methods act; asked for when the first one is called
	 * @param reports who is told of refusals
	 * @return the advisor
	 */
	static UserAdvisor forAnnotations(OnBehalfOfUserAnnotations users, Supplier<CurrentUser> user,
			GuardReports reports) {
		return new UserAdvisor(new UserPointcut(users), false, user, reports);
	}

	/**
	 * Create the advisor for the annotated methods of an object whose class can't be
	 * seen, since somebody else has put something around the object.
	 * @param type the class of the object
	 */
	static UserAdvisor forHidden(Class<?> type, OnBehalfOfUserAnnotations users, Supplier<CurrentUser> user,
			GuardReports reports) {
		return new UserAdvisor(new HiddenTypePointcut((method) -> users.isOn(method, type)), false, user, reports);
	}

	/**
	 * Create the advisor for every method of a bean whose {@code @Bean} method is
	 * annotated.
	 */
	static UserAdvisor forFactoryMethod(Supplier<CurrentUser> user, GuardReports reports) {
		return new UserAdvisor(new AnyMethodPointcut(), true, user, reports);
	}

	/**
	 * Create an advisor that does nothing, and shows that what is inside of a bean runs
	 * for the user.
	 */
	static UserAdvisor inside(Supplier<CurrentUser> user, GuardReports reports) {
		return new UserAdvisor(new NoMethodPointcut(), true, user, reports);
	}

	boolean isForFactoryMethod() {
		return this.forFactoryMethod;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		MethodReturn returned = this.returns.find(invocation);
		if (this.onSubscription != null && returned.adapter() != null) {
			return this.onSubscription.invoke(invocation, returned.adapter());
		}
		UserToken token = token(invocation);
		Object proxy = (invocation instanceof ProxyMethodInvocation proxied) ? proxied.getProxy() : null;
		if (returned.composes() && proxy != null && proxy != invocation.getThis()) {
			return DeferredResults.composed(proxy, invocation.getMethod(), invocation.getArguments());
		}
		Object result = UserScope.callThrowing(token, invocation::proceed);
		return returned.mayDefer()
				? DeferredResults.guarded(result, invocation.getMethod(), new InScope(token, this.onSubscription))
				: result;
	}

	private UserToken token(MethodInvocation invocation) {
		try {
			return this.user.get().require();
		}
		catch (LumoAuthException ex) {
			this.reports.method(invocation.getMethod(), ex);
			throw Refusals.of(ex);
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

	/**
	 * After the capability.
	 */
	@Override
	public int getOrder() {
		return CapabilityAdvisor.ORDER + 1;
	}

	/**
	 * Runs code that a method left for later for the same user.
	 */
	private record InScope(UserToken token, @Nullable UserSubscription onSubscription) implements DeferredGuard {

		@Override
		public @Nullable Object call(Code code) throws Throwable {
			return UserScope.callThrowing(this.token, code::run);
		}

		@Override
		public Publisher<?> subscribed(Publisher<?> publisher, boolean multiple) {
			return Objects.requireNonNull(this.onSubscription).subscribed(this.token, publisher);
		}

		@Override
		public <T> Spliterator<T> elements(Spliterator<T> elements) {
			return new UserElements<>(this.token, elements);
		}

	}

}
