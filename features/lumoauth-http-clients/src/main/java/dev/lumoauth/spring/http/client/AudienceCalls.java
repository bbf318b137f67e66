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

package dev.lumoauth.spring.http.client;

import java.lang.reflect.Method;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.call.CallContext;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringValueResolver;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Intercepts a call of an HTTP interface, so that its request names the audience. A
 * request processor gets only the method, and an inherited method doesn't say for which
 * interface it is called.
 */
record AudienceCalls(Map<Method, String> audiences) implements MethodInterceptor {

	/**
	 * Refuses placeholders: otherwise LumoAuth would be asked for an audience with the
	 * placeholder's text.
	 */
	static final StringValueResolver NO_PLACEHOLDERS = (value) -> {
		if (value.contains("${")) {
			throw new LumoAuthSetupException("The placeholder in @LumoAuthAudience(\"" + value + "\") is not resolved.",
					"Only HTTP service groups (@ImportHttpServices) resolve placeholders.");
		}
		return value;
	};

	private static final CallContext.Key<String> AUDIENCE = new CallContext.Key<>(
			"the audience of an HTTP interface's call");

	/**
	 * Have a factory's clients name audiences.
	 * @param placeholders resolves the placeholders of the annotations
	 * @param origins the servers of the audiences
	 */
	static void install(HttpServiceProxyFactory.Builder factory, StringValueResolver placeholders,
			HttpServiceOrigins origins) {
		factory.httpRequestValuesProcessor((method, parameters, arguments, request) -> {
			String audience = CallContext.current().get(AUDIENCE);
			if (audience != null) {
				request.configureAttributes(LumoAuthHttpClients.audience(audience));
			}
		});
		factory.proxyFactoryCustomizer((proxy, serviceType) -> {
			Map<Method, String> audiences = LumoAuthAudiences.of(serviceType, placeholders);
			if (!audiences.isEmpty()) {
				origins.check(serviceType, audiences);
			}
			// Without audiences too: it may be called inside a call that has one.
			proxy.addAdvice(0, new AudienceCalls(audiences));
		});
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		CallContext call = CallContext.current().with(AUDIENCE, this.audiences.get(invocation.getMethod()));
		try (CallContext.Entered entered = call.enter()) {
			return invocation.proceed();
		}
	}

}
