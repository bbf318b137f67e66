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
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationInterceptorsOrder;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Hands the calls of a bean's method to the guard. A method that returns a reactive type
 * is called when its result is subscribed to. Every other method is called at once, on
 * the calling thread. If such a method returns a publisher behind {@code Object}, the
 * publisher is guarded too. Any other work for later, such as a function, is refused.
 * <p>
 * One advisor handles both kinds of methods. With two advisors, a method that neither of
 * them matches would be unguarded.
 */
final class GuardAdvisor implements AuthorizationAdvisor {

	/**
	 * After {@code @PreAuthorize}, so that LumoAuth isn't asked about a call that the
	 * user may not make. Spring Security's own interceptor is not used, because it
	 * creates a text of each call for its debug log, even if that log is off. This
	 * advisor needs no signed-in user: there may be none on this thread.
	 */
	private static final int ORDER = AuthorizationInterceptorsOrder.PRE_AUTHORIZE.getOrder() + 1;

	private static final String OBSERVED = GuardAdvisor.class.getName() + ".observed";

	private static final String CALL = GuardAdvisor.class.getName() + ".call";

	private final Pointcut pointcut;

	private final @Nullable GuardTerms ofBeanMethod;

	private final TermsOfMethod terms;

	private final BiPredicate<Method, Class<?>> composes;

	private final Supplier<Guard> guard;

	private final Map<MethodClassKey, GuardedMethod> methods = new ConcurrentReferenceHashMap<>();

	private GuardAdvisor(Pointcut pointcut, @Nullable GuardTerms ofBeanMethod, TermsOfMethod terms,
			BiPredicate<Method, Class<?>> composes, Supplier<Guard> guard) {
		this.pointcut = pointcut;
		this.ofBeanMethod = ofBeanMethod;
		this.terms = terms;
		this.composes = composes;
		this.guard = guard;
	}

	/**
	 * Create the advisor for every annotated method.
	 * @param finder finds the annotations
	 * @param guard supplies the guard
	 * @return the advisor
	 */
	static GuardAdvisor forAnnotations(GuardTermsFinder finder, Supplier<Guard> guard) {
		return new GuardAdvisor(new GuardPointcut(finder), null, finder::find,
				(method, type) -> GuardPointcut.makesCodeOfGuarded(finder, method, type), guard);
	}

	/**
	 * Create the advisor for the annotated methods of an object whose class is hidden,
	 * because another post-processor has wrapped the object.
	 * @param type the class of the object
	 * @param finder finds the annotations
	 * @param guard supplies the guard
	 */
	static GuardAdvisor forHidden(Class<?> type, GuardTermsFinder finder, Supplier<Guard> guard) {
		BiPredicate<Method, Class<?>> composes = (method, seen) -> GuardPointcut.makesCodeOfGuarded(finder, method,
				type);
		return new GuardAdvisor(
				matching((method, seen) -> method.getDeclaringClass() != Object.class
						&& (finder.find(method, type) != null || composes.test(method, type))),
				null, (method, seen) -> finder.find(method, type), composes, guard);
	}

	/**
	 * Create the advisor for every method of a bean whose {@code @Bean} method is
	 * annotated. The advisor includes the terms of the method itself, so that a person
	 * who approves a call sees everything that is requested.
	 */
	static GuardAdvisor forBeanMethod(GuardTerms terms, GuardTermsFinder finder, Supplier<Guard> guard) {
		return new GuardAdvisor(matching(GuardPointcut::isOfGuardedBean), terms,
				(method, type) -> GuardTerms.both(terms, finder.find(method, type)), (method, type) -> false, guard);
	}

	/**
	 * Create an advisor that guards none of a bean's methods. It only marks the bean as
	 * guarded, for the check at start: the guard is around objects inside the bean, such
	 * as the handlers of a router function.
	 */
	static GuardAdvisor inside(GuardTerms terms, Supplier<Guard> guard) {
		return new GuardAdvisor(matching((method, type) -> false), terms, (method, type) -> terms,
				(method, type) -> false, guard);
	}

	private static Pointcut matching(BiPredicate<Method, Class<?>> which) {
		return new StaticMethodMatcherPointcut() {

			@Override
			public boolean matches(Method method, Class<?> targetClass) {
				return which.test(method, targetClass);
			}

		};
	}

	/**
	 * Return the terms of the {@code @Bean} method.
	 * @return the terms, or {@code null} if this is an advisor for annotations
	 */
	@Nullable GuardTerms ofBeanMethod() {
		return this.ofBeanMethod;
	}

	/**
	 * Return the terms on which this advisor lets a method be called.
	 * @param method the method, as its class or an interface declares it
	 * @param type the class of the object
	 * @return the terms; {@code null} if this advisor doesn't handle the method
	 */
	@Nullable GuardTerms guards(Method method, Class<?> type) {
		return (this.pointcut.getClassFilter().matches(type) && this.pointcut.getMethodMatcher().matches(method, type))
				? this.terms.of(method, type) : null;
	}

	@Override
	@SuppressWarnings("NullAway") // A method may return null.
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Guard guard = this.guard.get();
		GuardedMethod called = called(invocation);
		Method method = invocation.getMethod();
		GuardTerms terms = called.terms();
		MethodReturn returned = called.returned();
		boolean behindProxy = invocation instanceof ProxyMethodInvocation && !(invocation instanceof WovenInvocation);
		Object proxy = behindProxy ? ((ProxyMethodInvocation) invocation).getProxy() : invocation.getThis();
		Action<@Nullable Object, Throwable> code = invocation::proceed;
		if (returned.composes() && behindProxy && proxy != null) {
			code = () -> onProxy(proxy, invocation);
			if (called.composes()) {
				return code.run();
			}
		}
		if (terms == null) {
			throw guard.refuse(GuardedCall.ofMethod(method, GuardTerms.NONE, null, invocation));
		}
		GuardedCall call = call(method, terms, proxy, invocation);
		if (returned.adapter() != null) {
			return ReactiveMethods.called(guard.defer(call), invocation, returned.adapter(), terms.onBehalfOfUser());
		}
		if (returned.mayDefer() && !(returned.composes() && behindProxy)) {
			code = () -> checked(call, invocation.proceed(), invocation);
		}
		return guard.call(call, code);
	}

	/**
	 * Call a default method with the guarded object as {@code this}. Other advice that is
	 * closer to the method than this guard, such as that of {@code @Secured}, stands
	 * around the method as usual.
	 */
	private @Nullable Object onProxy(Object proxy, MethodInvocation invocation) throws Throwable {
		Method method = invocation.getMethod();
		Class<?> type = targetClass(invocation);
		List<Object> chain = (proxy instanceof Advised advised)
				? DefaultAdvisorChainFactory.INSTANCE.getInterceptorsAndDynamicInterceptionAdvice(advised, method, type)
				: List.of();
		List<Object> closer = chain.stream()
			.skip(chain.indexOf(this) + 1)
			.filter((advice) -> !(advice instanceof GuardAdvisor))
			.toList();
		return new ReflectiveMethodInvocation(proxy, invocation.getThis(), method, invocation.getArguments(), type,
				closer) {

			@Override
			protected @Nullable Object invokeJoinpoint() throws Throwable {
				return DeferredResults.invokeDefault(proxy, method, getArguments());
			}

		}.proceed();
	}

	/**
	 * There may be two advisors around one call: the advisor for the annotation of the
	 * {@code @Bean} method, and inside it the advisor for the method's own annotation.
	 * The call is observed once.
	 */
	private GuardedCall call(Method method, GuardTerms terms, @Nullable Object proxy, MethodInvocation invocation) {
		GuardedCall call = this.guard.get().isForOneCall(terms)
				? GuardedCall.ofMethod(method, terms, proxy, oneCall(invocation)).with(invocation)
				: GuardedCall.ofMethod(method, terms, proxy, invocation);
		if (!(invocation instanceof ProxyMethodInvocation proxied)) {
			return call;
		}
		boolean before = proxied.getUserAttribute(OBSERVED) != null;
		if (!before && this.ofBeanMethod != null) {
			proxied.setUserAttribute(OBSERVED, true);
		}
		return before ? call.observedBefore() : call;
	}

	/**
	 * Return an object that identifies the call. A reactive method is called by a copy of
	 * the invocation, and the copy has the same attributes.
	 */
	private static Object oneCall(MethodInvocation invocation) {
		if (!(invocation instanceof ProxyMethodInvocation proxied)) {
			return invocation;
		}
		Object call = proxied.getUserAttribute(CALL);
		if (call == null) {
			call = new Object();
			proxied.setUserAttribute(CALL, call);
		}
		return call;
	}

	/**
	 * Remembered, because it takes long to find out which method of a class is called.
	 */
	private GuardedMethod called(MethodInvocation invocation) {
		Method method = invocation.getMethod();
		Class<?> type = targetClass(invocation);
		MethodClassKey key = new MethodClassKey(method, type);
		GuardedMethod known = this.methods.get(key);
		if (known == null) {
			MethodReturn returned = MethodReturn.of(method, type);
			// These only compose: what they make is guarded when it runs.
			boolean ofJdk = returned.composes()
					&& method.getDeclaringClass().getName().startsWith("java.util.function.");
			known = new GuardedMethod(this.terms.of(method, type), returned, ofJdk || this.composes.test(method, type));
			this.methods.put(key, known);
		}
		return known;
	}

	private static Class<?> targetClass(MethodInvocation invocation) {
		if (invocation instanceof WovenInvocation woven) {
			return woven.annotatedClass();
		}
		Object target = invocation.getThis();
		return (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
	}

	/**
	 * Check the result of a call: work for later has to be guarded when it runs. What was
	 * decided for one call is not decided again, so such a call must leave no work:
	 * somebody could subscribe to a publisher twice.
	 */
	private @Nullable Object checked(GuardedCall call, @Nullable Object result, MethodInvocation invocation) {
		if (result == null) {
			return null;
		}
		UserToken user = call.terms().onBehalfOfUser() ? UserScope.current() : null;
		if (user != null && GuardedRoutes.isResponse(result)) {
			return GuardedRoutes.writtenFor(result, user);
		}
		if (DeferredTypes.isPublisher(result.getClass()) && !call.terms().isForOneCall()) {
			return DeferredResults.guarded(result, invocation.getMethod(), this.guard.get().defer(call.rest(user)));
		}
		boolean later = DeferredTypes.isPublisher(result.getClass()) || DeferredTypes.isCode(result.getClass());
		if (later && !givesOutElements(invocation, result)) {
			throw DeferredResults.unguardable(result, invocation.getMethod());
		}
		return result;
	}

	/**
	 * Return whether a result gives out the elements of a list or a set of the JDK. Such
	 * a bean is refused at the start if its elements are anything else than data.
	 */
	private static boolean givesOutElements(MethodInvocation invocation, Object result) {
		return invocation.getThis() instanceof Collection<?> elements && ToolTypes.isContainer(elements.getClass())
				&& (result instanceof Iterator || result instanceof Spliterator || result instanceof BaseStream);
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
	 * Finds the terms on which a method runs.
	 */
	@FunctionalInterface
	private interface TermsOfMethod {

		/**
		 * Find the terms.
		 * @param method the method
		 * @param type the class of the object
		 * @return the terms; {@code null} if nothing is found. Then the call is refused,
		 * because there were terms when the guard was created
		 */
		@Nullable GuardTerms of(Method method, Class<?> type);

	}

	/**
	 * The facts about a method.
	 *
	 * @param terms the terms on which it runs, or {@code null} if none were found
	 * @param returned describes the result
	 * @param composes whether it needs no decision, because it only makes a function that
	 * calls guarded methods of its object
	 */
	private record GuardedMethod(@Nullable GuardTerms terms, MethodReturn returned, boolean composes) {
	}

}
