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

package dev.lumoauth.spring.autoconfigure.diagnostics;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Names the missing properties when code injects one of this library's beans and LumoAuth
 * is not configured. It comes before Boot's own analyzer, which would suggest defining
 * the bean.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class MissingLumoAuthBeanFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private static final String LIBRARY = "dev.lumoauth.spring.";

	private final Activation activation;

	private final String named;

	MissingLumoAuthBeanFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.activation = Activation.of(environment,
				(beanFactory instanceof ListableBeanFactory listable) ? listable : null);
		this.named = (this.activation != Activation.DISABLED) ? Activation.injection(environment) : "";
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		Class<?> type = typeOf(cause);
		if (type == null || !type.getName().startsWith(LIBRARY) || cause.getNumberOfBeansFound() != 0
				|| (this.activation == Activation.CONFIGURED && this.named.isEmpty() && !isByName(cause))) {
			return null;
		}
		boolean configured = this.activation == Activation.CONFIGURED;
		String reason = configured ? "no agent has the name of its qualifier" : this.activation.reason();
		return new FailureAnalysis(
				"%s required a bean of type '%s', which is not there: %s."
					.formatted((description != null) ? description : "A component", type.getName(), reason),
				action(configured) + ((this.activation == Activation.IDLE) ? TestKitHint.text() : ""), cause);
	}

	private String action(boolean configured) {
		if (configured) {
			return (this.named.isEmpty() ? "There is only the default agent, which is injected without a qualifier."
					: this.named) + " Another agent needs lumoauth.agents.<name>.client-id and its credentials.";
		}
		return (this.activation.action() + " " + this.named).strip();
	}

	/**
	 * Spring gives the annotations of a missing bean only in the message.
	 */
	private static boolean isByName(NoSuchBeanDefinitionException cause) {
		return String.valueOf(cause.getMessage()).contains("Qualifier(");
	}

	private static @Nullable Class<?> typeOf(NoSuchBeanDefinitionException cause) {
		ResolvableType type = cause.getResolvableType();
		return (type != null) ? type.resolve() : null;
	}

}
