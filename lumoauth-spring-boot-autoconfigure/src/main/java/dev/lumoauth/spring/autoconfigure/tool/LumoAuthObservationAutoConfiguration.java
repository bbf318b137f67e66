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

package dev.lumoauth.spring.autoconfigure.tool;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the observation of model calls where Spring Boot's own module
 * for observations is missing. The budget and the watch over the offered tools see the
 * calls of chat models only through an {@link ObservationRegistry}.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass({ ChatModelObservationContext.class, ObservationRegistry.class })
@ConditionalOnMissingClass("org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
public final class LumoAuthObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ObservationRegistry lumoAuthObservationRegistry() {
		return ObservationRegistry.create();
	}

	/**
	 * For the application's own registry too.
	 */
	@Bean
	static ObservationHandlersPostProcessor lumoAuthObservationHandlersPostProcessor(
			ObjectProvider<ObservationHandler<?>> handlers) {
		return new ObservationHandlersPostProcessor(handlers);
	}

}
