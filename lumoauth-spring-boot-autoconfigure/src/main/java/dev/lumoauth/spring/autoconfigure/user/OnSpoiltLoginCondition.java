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

package dev.lumoauth.spring.autoconfigure.user;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcomes;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/**
 * Condition for {@link KeptLogin}. It follows Spring Boot's decision: Spring Boot must
 * have considered its login, and each of Spring Boot's own conditions has to match,
 * except the one that fails because of this library.
 */
final class OnSpoiltLoginCondition extends SpringBootCondition implements ConfigurationCondition {

	private static final String PACKAGE = "org.springframework.security.oauth2.client.";

	private static final String CLIENT = PACKAGE + "registration.ClientRegistrationRepository";

	/**
	 * Of which an application with an OAuth2 client has beans, and this library has none.
	 */
	private static final List<String> CLIENTS = List.of(CLIENT,
			PACKAGE + "registration.ReactiveClientRegistrationRepository", PACKAGE + "OAuth2AuthorizedClientManager",
			PACKAGE + "ReactiveOAuth2AuthorizedClientManager", PACKAGE + "OAuth2AuthorizedClientService",
			PACKAGE + "ReactiveOAuth2AuthorizedClientService");

	private static final String BOOTS_CLIENT = "org.springframework.boot.security.oauth2.client.autoconfigure.OAuth2ClientAutoConfiguration";

	/**
	 * A module of Spring Boot that is present together with all other modules, or with
	 * its library.
	 */
	private static final String BOOTS_SAML = "org.springframework.boot.security.saml2.autoconfigure.Saml2RelyingPartyAutoConfiguration";

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		// After Spring Boot's decision, and when the application's own beans are known.
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		String login = metadata.getAnnotations().get(KeptLogin.class).getString("value");
		ConditionMessage.Builder message = ConditionMessage.forCondition(KeptLogin.class, login);
		ConfigurableListableBeanFactory beanFactory = Objects.requireNonNull(context.getBeanFactory());
		List<? extends Class<?>> failed = failed(beanFactory, login);
		if (failed.size() != 1 || !isSpoilt(failed.get(0), context)) {
			return ConditionOutcome.noMatch(message.because("LumoAuth is not why Spring Boot generates no login"));
		}
		if (hasOwnClient(beanFactory, context.getClassLoader())) {
			return ConditionOutcome.noMatch(message.because("the application has its own OAuth2 client"));
		}
		AnnotationMetadata boot = KeptLoginRegistrar.read(login, context.getResourceLoader());
		boolean match = boot.getAnnotations()
			.stream(Conditional.class)
			.flatMap((conditional) -> Arrays.stream(conditional.getClassArray("value")))
			.distinct()
			.filter((type) -> type != failed.get(0))
			.allMatch((type) -> BeanUtils.instantiateClass(type, Condition.class).matches(context, boot));
		return new ConditionOutcome(match, message.because(match ? "Spring Boot would generate it without LumoAuth"
				: "Spring Boot would not generate it without LumoAuth either"));
	}

	/**
	 * Return the conditions because of which Spring Boot left its login out; empty if it
	 * didn't, or never looked at it.
	 */
	private static List<? extends Class<?>> failed(ConfigurableListableBeanFactory beanFactory, String login) {
		ConditionAndOutcomes outcomes = ConditionEvaluationReport.get(beanFactory)
			.getConditionAndOutcomesBySource()
			.get(login);
		return (outcomes != null) ? outcomes.stream()
			.filter((outcome) -> !outcome.getOutcome().isMatch())
			.map((outcome) -> outcome.getCondition().getClass())
			.distinct()
			.toList() : List.of();
	}

	/**
	 * Return whether a condition requires that classes are missing, and the only present
	 * one comes from this library.
	 */
	private static boolean isSpoilt(Class<?> condition, ConditionContext context) {
		ResourceLoader resourceLoader = context.getResourceLoader();
		Set<String> present = Stream
			.of(KeptLoginRegistrar.read(condition.getName(), resourceLoader).getMemberClassNames())
			.map((member) -> KeptLoginRegistrar.read(member, resourceLoader).getAnnotations())
			.flatMap((annotations) -> annotations.stream(ConditionalOnMissingClass.class))
			.flatMap((annotation) -> Arrays.stream(annotation.getStringArray("value")))
			.filter((name) -> ClassUtils.isPresent(name, context.getClassLoader()))
			.collect(Collectors.toSet());
		return present.equals(Set.of(CLIENT));
	}

	/**
	 * Return whether the OAuth2 client would be there without this library: beans show
	 * it, or Spring Boot's module, unless the application has all modules of Spring Boot,
	 * needed or not.
	 */
	private static boolean hasOwnClient(ConfigurableListableBeanFactory beanFactory,
			@Nullable ClassLoader classLoader) {
		boolean module = ClassUtils.isPresent(BOOTS_CLIENT, classLoader)
				&& !ClassUtils.isPresent(BOOTS_SAML, classLoader);
		return module || CLIENTS.stream()
			.map((name) -> ClassUtils.resolveClassName(name, classLoader))
			.anyMatch((type) -> beanFactory.getBeanNamesForType(type, true, false).length > 0);
	}

}
