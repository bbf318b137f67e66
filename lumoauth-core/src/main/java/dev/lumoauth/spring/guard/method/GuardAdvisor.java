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

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.BaseStream;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.GuardedCall;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.DefaultAdvisorChainFactory;
import org.springframework.aop.framework.ReflectiveMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.MethodClassKey;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.AuthorizationInterceptorsOrder;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ObjectUtils;

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

	private static final Log logger = LogFactory.getLog(GuardAdvisor.class);

	/**
	 * After {@code @PreAuthorize}, so that LumoAuth isn't asked about a call that the
	 * user may not make. Spring Security's own interceptor is not used, because it
	 * creates a text of each call for its debug log, even if that log is off. This
	 * advisor needs no signed-in user: there may be none on this thread.
	 */
	private static final int ORDER = AuthorizationInterceptorsOrder.PRE_AUTHORIZE.getOrder() + 1;

	private static final String OBSERVED = GuardAdvisor.class.getName() + ".observed";

	private static final String CALL = GuardAdvisor.class.getName() + ".call";

	/**
	 * One for all beans: Spring makes a class of proxies for each pointcut, and keeps it.
	 */
	private static final Pointcut OF_GUARDED_BEAN = matching(GuardPointcut::isOfGuardedBean);

	private final Pointcut pointcut;

	private final @Nullable GuardTerms ofBeanMethod;

	private final TermsOfMethod terms;

	private final Supplier<Guard> guard;

	private final Map<MethodClassKey, GuardedMethod> methods = new ConcurrentReferenceHashMap<>();

	private final Map<MethodBehindProxy, GuardedMethod> methodsBehindProxies = new ConcurrentReferenceHashMap<>();

	private GuardAdvisor(Pointcut pointcut, @Nullable GuardTerms ofBeanMethod, TermsOfMethod terms,
			Supplier<Guard> guard) {
		this.pointcut = pointcut;
		this.ofBeanMethod = ofBeanMethod;
		this.terms = terms;
		this.guard = guard;
	}

	/**
	 * Create the advisor for every annotated method.
	 * @param finder finds the annotations
	 * @param guard supplies the guard
	 * @return the advisor
	 */
	static GuardAdvisor forAnnotations(GuardTermsFinder finder, Supplier<Guard> guard) {
		return new GuardAdvisor(new GuardPointcut(finder), null, finder::find, guard);
	}

	/**
	 * Create the advisor for the annotated methods of an object whose class is hidden,
	 * because another post-processor has wrapped the object.
	 * @param type the class of the object
	 * @param finder finds the annotations
	 * @param guard supplies the guard
	 */
	static GuardAdvisor forHidden(Class<?> type, GuardTermsFinder finder, Supplier<Guard> guard) {
		return new GuardAdvisor(
				matching((method, seen) -> method.getDeclaringClass() != Object.class
						&& (finder.find(method, type) != null || GuardPointcut.isBesideGuarded(finder, method, type))),
				null, (method, seen) -> finder.find(method, type), guard);
	}

	/**
	 * Create the advisor for every method of a bean whose {@code @Bean} method is
	 * annotated. The advisor includes the terms of the method itself, so that a person
	 * who approves a call sees everything that is requested.
	 */
	static GuardAdvisor forBeanMethod(GuardTerms terms, GuardTermsFinder finder, Supplier<Guard> guard) {
		return new GuardAdvisor(OF_GUARDED_BEAN, terms,
				(method, type) -> GuardTerms.both(terms, finder.find(method, type)), guard);
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
		GuardTerms terms = called.terms();
		Object proxy = (invocation instanceof ProxyMethodInvocation proxied && !(invocation instanceof WovenInvocation))
				? proxied.getProxy() : null;
		if (proxy != null && !(invocation instanceof DefaultInvocation) && isCheckedBehind(invocation, terms)) {
			return invocation.proceed();
		}
		Method code = called.runsOnProxy();
		if (proxy != null && code != null && called.isHidden()) {
			throw logged(unknownProxy(code));
		}
		Action<@Nullable Object, Throwable> onProxy = (proxy != null && code != null)
				? onProxy(proxy, code, (ProxyMethodInvocation) invocation) : null;
		if (terms == null) {
			if (onProxy != null) {
				return onProxy.run();
			}
			if (called.isHidden()) {
				return invocation.proceed();
			}
			throw guard.refuse(GuardedCall.ofMethod(invocation.getMethod(), GuardTerms.NONE, null, invocation));
		}
		GuardedCall call = call(terms, (proxy != null) ? proxy : invocation.getThis(), invocation);
		MethodReturn returned = called.returned();
		if (returned.adapter() != null) {
			return ReactiveMethods.called(guard.defer(call), returned.adapter(),
					(onProxy != null) ? onProxy : () -> proceedAgain(invocation));
		}
		Action<@Nullable Object, Throwable> rest = (onProxy != null) ? onProxy : invocation::proceed;
		// What a default method makes of the proxy is guarded when it runs.
		boolean guardsItself = onProxy != null && returned.isLater();
		return guard.call(call,
				(returned.mayDefer() && !guardsItself) ? () -> checked(call, rest.run(), invocation) : rest);
	}

	/**
	 * Return whether the object that is called is a proxy with this same guard, which
	 * checks the call on these terms. A second {@code @Bean} method may return the bean
	 * of the first again, and Spring puts another proxy around it.
	 */
	private boolean isCheckedBehind(MethodInvocation invocation, @Nullable GuardTerms terms) {
		if (!(invocation.getThis() instanceof Advised behind) || behind.indexOf((Advisor) this) < 0
				|| !behind.getTargetSource().isStatic()) {
			return false;
		}
		Method method = invocation.getMethod();
		return chain(behind, method).contains(this) && GuardCoverage.isIntercepted(behind, method)
				&& (terms == null || GuardCoverage.isIncluded(terms, guards(method, AopUtils.getTargetClass(behind))));
	}

	/**
	 * A retried or repeated publisher is subscribed to again, and an invocation proceeds
	 * only once.
	 */
	private static @Nullable Object proceedAgain(MethodInvocation invocation) throws Throwable {
		return ((ProxyMethodInvocation) invocation).invocableClone().proceed();
	}

	/**
	 * Return what calls a default method with the guarded object as {@code this}, so that
	 * the guard sees what the method calls. Other advice that is closer to the method
	 * than this guard, such as that of {@code @Secured}, stands around the method as
	 * usual. So does the advice of a proxy behind this one, such as that of a repository.
	 * If that is another guard, it only checks: the method is called on the proxy anyway.
	 */
	@SuppressWarnings("NullAway") // A method may return null.
	private Action<@Nullable Object, Throwable> onProxy(Object proxy, Method code, ProxyMethodInvocation invocation) {
		if (invocation instanceof DefaultInvocation) {
			return () -> proceedAgain(invocation);
		}
		Method method = invocation.getMethod();
		List<Object> chain = chain(proxy, method);
		List<Object> closer = new ArrayList<>(chain.subList(chain.indexOf(this) + 1, chain.size()));
		closer.removeIf((advice) -> advice instanceof GuardAdvisor);
		Object behind = invocation.getThis();
		while (behind != null) {
			for (Object advice : chain(behind, method)) {
				if (!(advice instanceof GuardAdvisor) || (advice != this && !closer.contains(advice))) {
					closer.add(advice);
				}
			}
			behind = AopProxyUtils.getSingletonTarget(behind);
		}
		return () -> new DefaultInvocation(proxy, code, invocation, targetClass(invocation), closer).proceed();
	}

	private static List<Object> chain(Object proxy, Method method) {
		return (proxy instanceof Advised advised) ? DefaultAdvisorChainFactory.INSTANCE
			.getInterceptorsAndDynamicInterceptionAdvice(advised, method, advised.getTargetClass()) : List.of();
	}

	private static @Nullable Object callDefault(Object proxy, Method method, Object[] arguments) throws Throwable {
		Class<?> contract = method.getDeclaringClass();
		MethodHandles.Lookup lookup;
		try {
			lookup = MethodHandles.privateLookupIn(contract, MethodHandles.lookup());
		}
		catch (IllegalAccessException ex) {
			// The JDK's own interfaces are closed to everybody but the JDK's proxies.
			Object self = Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] { contract }, (same, called,
					given) -> AopUtils.invokeJoinpointUsingReflection(proxy, called, ObjectUtils.toObjectArray(given)));
			return InvocationHandler.invokeDefault(self, method, arguments);
		}
		return lookup.unreflectSpecial(method, contract).bindTo(proxy).asFixedArity().invokeWithArguments(arguments);
	}

	/**
	 * There may be two advisors around one call: the advisor for the annotation of the
	 * {@code @Bean} method, and inside it the advisor for the method's own annotation.
	 * The call is observed once.
	 */
	private GuardedCall call(GuardTerms terms, @Nullable Object object, MethodInvocation invocation) {
		GuardedCall call = this.guard.get().isForOneCall(terms)
				? GuardedCall.ofMethod(invocation.getMethod(), terms, object, oneCall(invocation)).with(invocation)
				: GuardedCall.ofMethod(invocation.getMethod(), terms, object, invocation);
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
		if (Proxy.isProxyClass(type)) {
			return behindProxy(method, type, Objects.requireNonNull(invocation.getThis()));
		}
		MethodClassKey key = new MethodClassKey(method, type);
		GuardedMethod known = this.methods.get(key);
		if (known == null) {
			known = called(method, type, GuardPointcut.defaultMethod(method, type), false);
			this.methods.put(key, known);
		}
		return known;
	}

	/**
	 * The class of one of the JDK's proxies doesn't say whether a default method runs.
	 * Spring's proxies say what is behind them.
	 */
	private GuardedMethod behindProxy(Method method, Class<?> type, Object target) {
		Class<?> behind = (target instanceof Advised) ? AopProxyUtils.ultimateTargetClass(target) : null;
		return this.methodsBehindProxies.computeIfAbsent(new MethodBehindProxy(method, type, behind), (key) -> {
			Method declared = GuardPointcut.defaultMethod(method, type);
			Method code = (behind != null) ? GuardPointcut.defaultMethod(method, behind) : declared;
			return called(method, type, code, declared != null && (code == null || behind == null));
		});
	}

	private GuardedMethod called(Method method, Class<?> type, @Nullable Method code, boolean isHidden) {
		GuardTerms terms = this.terms.of(method, type);
		MethodReturn returned = MethodReturn.of(method, type);
		boolean onProxy = code != null
				&& (returned.isLater() || mayCallOnOtherTerms(code.getDeclaringClass(), type, terms));
		// These only compose: what they make is guarded when it runs.
		boolean composes = onProxy && code != null
				&& code.getDeclaringClass().getName().startsWith("java.util.function.");
		return new GuardedMethod(composes ? null : terms, returned, onProxy ? code : null, isHidden);
	}

	/**
	 * A model that made the call doesn't read what is wrong.
	 */
	private static GuardConfigurationException logged(GuardConfigurationException mistake) {
		logger.error(mistake.getMessage());
		return mistake;
	}

	private static GuardConfigurationException unknownProxy(Method code) {
		return new GuardConfigurationException(
				"Default method " + GuardInspection.place(code) + " is called on a proxy that the guard does not know: "
						+ "behind it, the method may call annotated methods of its object without a check.",
				"Call the annotated methods themselves, or make the default method one of another bean.");
	}

	/**
	 * Return whether a default method may call a method of its object that needs more
	 * than the default method itself does.
	 */
	private boolean mayCallOnOtherTerms(Class<?> contract, Class<?> type, @Nullable GuardTerms own) {
		return Arrays.stream(contract.getMethods())
			.map((called) -> this.terms.of(called, type))
			.anyMatch((needed) -> needed != null && (own == null || !own.includes(needed)));
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
		if (call.terms().onBehalfOfUser() && DeferredTypes.isResponse(result.getClass())) {
			throw logged(Coroutines.unwritable(invocation.getMethod()));
		}
		if (DeferredTypes.isPublisher(result.getClass()) && !call.terms().isForOneCall()) {
			Object guarded = ReactiveMethods.guarded(result, this.guard.get().defer(call.rest(user)));
			if (invocation.getMethod().getReturnType().isInstance(guarded)) {
				return guarded;
			}
		}
		boolean later = DeferredTypes.isPublisher(result.getClass()) || DeferredTypes.isCode(result.getClass());
		if (later && !givesOutElements(invocation, result)) {
			throw logged(new GuardConfigurationException(
					"Method " + GuardInspection.place(invocation.getMethod()) + " is guarded and returned an object of "
							+ "class " + result.getClass().getName() + ", which runs later, without a check.",
					"Let the method return the result itself, a Mono or a Flux. A function or a tool needs "
							+ "@RequiresCapability on the @Bean method that makes it."));
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
	 * A call of a default method with the guarded object as {@code this}.
	 */
	private static final class DefaultInvocation extends ReflectiveMethodInvocation {

		private final Method code;

		private final ProxyMethodInvocation invocation;

		private DefaultInvocation(Object proxy, Method code, ProxyMethodInvocation invocation, Class<?> targetClass,
				List<Object> advice) {
			super(proxy, invocation.getThis(), invocation.getMethod(), invocation.getArguments(), targetClass, advice);
			this.code = code;
			this.invocation = invocation;
		}

		@Override
		protected @Nullable Object invokeJoinpoint() throws Throwable {
			return callDefault(getProxy(), this.code, getArguments());
		}

		// Spring's aspects note here what they have bound.
		@Override
		public void setUserAttribute(String key, @Nullable Object value) {
			this.invocation.setUserAttribute(key, value);
		}

		@Override
		public @Nullable Object getUserAttribute(String key) {
			return this.invocation.getUserAttribute(key);
		}

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
	 * @param terms the terms on which it runs; {@code null} if there are none, so that
	 * the call is refused unless the method runs on the proxy
	 * @param returned describes the result
	 * @param runsOnProxy the default method that runs with the guarded object as
	 * {@code this}, if it may call guarded methods, or makes a function that does;
	 * {@code null} otherwise
	 * @param isHidden whether that is not known, since the object is a proxy; without
	 * such a method: the object behind a proxy has a method of its own
	 */
	private record GuardedMethod(@Nullable GuardTerms terms, MethodReturn returned, @Nullable Method runsOnProxy,
			boolean isHidden) {

	}

	/**
	 * A method of one of the JDK's proxies.
	 *
	 * @param method the method
	 * @param type the class of the proxy
	 * @param behind the class of the object behind it, if that is known
	 */
	private record MethodBehindProxy(Method method, Class<?> type, @Nullable Class<?> behind) {

	}

}
