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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.List;
import java.util.stream.Collectors;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Condition for {@link ConditionalOnActivation}.
 */
final class OnActivationCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		// After the application's own beans are known: one may be the connection details.
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<Activation> required = List
			.of(metadata.getAnnotations().get(ConditionalOnActivation.class).getEnumArray("value", Activation.class));
		Activation actual = Activation.of(context.getEnvironment(), context.getBeanFactory());
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnActivation.class);
		if (required.contains(actual)) {
			return ConditionOutcome.match(message.because(actual.reason()));
		}
		String wanted = required.stream().map(Activation::reason).collect(Collectors.joining(", or where "));
		return ConditionOutcome.noMatch(message.because(actual.reason() + ". This is for where " + wanted));
	}

}
