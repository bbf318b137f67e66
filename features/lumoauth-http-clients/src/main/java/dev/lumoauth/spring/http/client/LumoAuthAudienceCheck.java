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

import java.util.Arrays;

import dev.lumoauth.spring.LumoAuthSetupException;

import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Refuses a bean that is the client of an HTTP interface with {@link LumoAuthAudience} if
 * its factory does not support the annotation: its requests would be sent without a
 * token. A client that is not a bean is not checked.
 *
 * @since 0.1.0
 */
public final class LumoAuthAudienceCheck implements BeanPostProcessor, PriorityOrdered {

	/**
	 * Before other proxies are put around.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * {@inheritDoc}
	 * @throws LumoAuthSetupException if nothing adds the token that the annotation
	 * promises
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Advised advised && isHttpInterface(advised) && !hasAdvice(advised, AudienceCalls.class)) {
			Arrays.stream(advised.getProxiedInterfaces())
				.filter(LumoAuthAudiences::mentionedIn)
				.findFirst()
				.ifPresent((serviceType) -> refuse(beanName, serviceType));
		}
		return bean;
	}

	private static boolean isHttpInterface(Advised advised) {
		return Arrays.stream(advised.getAdvisors())
			.anyMatch((advisor) -> advisor.getAdvice().getClass().getEnclosingClass() == HttpServiceProxyFactory.class);
	}

	private static boolean hasAdvice(Advised advised, Class<?> advice) {
		return Arrays.stream(advised.getAdvisors()).anyMatch((advisor) -> advice.isInstance(advisor.getAdvice()));
	}

	private static void refuse(String beanName, Class<?> serviceType) {
		throw new LumoAuthSetupException(
				"Bean '" + beanName + "' is the client of " + serviceType.getName()
						+ ", which has @LumoAuthAudience, and nothing adds the token: its requests would be sent "
						+ "without one.",
				"Make it with LumoAuthHttpClients.httpServices(restClient), for a WebClient with "
						+ "LumoAuthExchangeFilterFunction.httpServices(clients, webClient), or declare the interface in an "
						+ "HTTP service group with @ImportHttpServices.");
	}

}
