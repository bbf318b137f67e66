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

import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ClassUtils;

/**
 * The guard around a router function. As a filter of the router it stands around the
 * handlers, which are the code that runs. The router itself only says which handler a
 * request belongs to. Spring reads the router when the application starts, and asks it
 * about each request, although most requests belong to other handlers. So a guard around
 * the router's own methods would keep the application from starting, and would refuse
 * other requests.
 * <p>
 * Router functions are the only type that is treated like this. A type in general does
 * not show which of its methods only describe the object, and a wrong guess would leave a
 * method unguarded. The predicates of a route run unchecked, since they decide whether a
 * request belongs to the route.
 */
final class GuardedRoutes {

	private static final boolean WEB_FLUX = isPresent("org.springframework.web.reactive.function.server.RouterFunction")
			&& MethodReturn.isReactiveSupported();

	private static final boolean WEB_MVC = isPresent("org.springframework.web.servlet.function.RouterFunction");

	private GuardedRoutes() {
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, GuardedRoutes.class.getClassLoader());
	}

	/**
	 * Return which router function an object is.
	 * @param bean the object
	 * @return the interface, or {@code null} if the object is not a router function
	 */
	static @Nullable Class<?> typeOf(Object bean) {
		if (WEB_FLUX && WebFluxRoutes.TYPE.isInstance(bean)) {
			return WebFluxRoutes.TYPE;
		}
		return (WEB_MVC && WebMvcRoutes.TYPE.isInstance(bean)) ? WebMvcRoutes.TYPE : null;
	}

	/**
	 * Guard the handlers of a router function.
	 * @param router the router function
	 * @param type its interface, as {@link #typeOf} has found it
	 * @param advisor the guard
	 * @param noted the advisor by which the router is recognized as guarded
	 * @return a router function
	 */
	static Object guarded(Object router, Class<?> type, Advisor advisor, Advisor noted) {
		UnaryOperator<Object> guard = (filter) -> proxy(filter, ClassUtils.getAllInterfaces(filter), advisor);
		Object filtered = (WEB_FLUX && type == WebFluxRoutes.TYPE) ? WebFluxRoutes.filtered(router, guard)
				: WebMvcRoutes.filtered(router, guard);
		return proxy(filtered, new Class<?>[] { type }, noted);
	}

	/**
	 * Return whether an object is the response of a handler: its body is written after
	 * the handler has returned.
	 * @param result what a method returned
	 */
	static boolean isResponse(Object result) {
		return (WEB_FLUX && WebFluxRoutes.isResponse(result)) || (WEB_MVC && WebMvcRoutes.isResponse(result));
	}

	/**
	 * Let the body of a response be written for the user of the handler.
	 * @param response the response
	 * @param user the user's token
	 * @return a response of the same interfaces
	 */
	@SuppressWarnings("NullAway") // Methods may return null.
	static Object writtenFor(Object response, UserToken user) {
		return Proxy.newProxyInstance(response.getClass().getClassLoader(), ClassUtils.getAllInterfaces(response),
				(proxy, method, arguments) -> {
					if (!method.getName().equals("writeTo")) {
						return DeferredResults.invoke(method, response, arguments);
					}
					Object written = UserScope.call(user, () -> DeferredResults.invoke(method, response, arguments));
					return (written != null && WEB_FLUX) ? WebFluxRoutes.writtenFor(written, user) : written;
				});
	}

	private static Object proxy(Object target, Class<?>[] interfaces, Advisor advisor) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(target);
		factory.setInterfaces(interfaces);
		factory.addAdvisor(advisor);
		return factory.getProxy(GuardedRoutes.class.getClassLoader());
	}

}
