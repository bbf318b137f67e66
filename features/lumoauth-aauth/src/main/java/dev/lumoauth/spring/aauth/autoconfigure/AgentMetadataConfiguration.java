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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.util.function.Supplier;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import dev.lumoauth.spring.aauth.agent.AAuthAgent;

/**
 * Serves the agent's metadata, if the application wants that. The metadata is for
 * everyone; the application's own security decides who may read it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("lumoauth.aauth.serve-metadata")
class AgentMetadataConfiguration {

	@Bean
	AgentDocuments lumoAuthAAuthAgentDocuments(AAuthAgent agent, AAuthProperties properties, Environment environment) {
		String name = environment.getProperty("spring.application.name");
		return new AgentDocuments(agent, StringUtils.hasText(name) ? name : null,
				properties.getTargets()
					.values()
					.stream()
					.map(AAuthProperties.Target::getRedirectUri)
					.filter(StringUtils::hasText)
					.distinct()
					.toList());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(RouterFunctions.class)
	static class ServletConfiguration {

		@Bean
		RouterFunction<ServerResponse> lumoAuthAAuthAgentRoutes(AgentDocuments documents) {
			return RouterFunctions.route()
				.GET(AgentDocuments.METADATA, (request) -> answer(documents.metadata()))
				.GET(AgentDocuments.KEYS, (request) -> answer(documents.keys()))
				.build();
		}

		private static ServerResponse answer(byte[] document) {
			return ServerResponse.ok()
				.contentType(MediaType.APPLICATION_JSON)
				.cacheControl(AgentDocuments.cacheControl())
				.body(document);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ org.springframework.web.reactive.function.server.RouterFunctions.class, Mono.class })
	static class ReactiveConfiguration {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<org.springframework.web.reactive.function.server.ServerResponse> lumoAuthAAuthAgentRoutes(
				AgentDocuments documents) {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.GET(AgentDocuments.METADATA, (request) -> answer(documents::metadata))
				.GET(AgentDocuments.KEYS, (request) -> answer(documents::keys))
				.build();
		}

		/**
		 * The key may be in a file, which has to be read.
		 */
		private static Mono<org.springframework.web.reactive.function.server.ServerResponse> answer(
				Supplier<byte[]> document) {
			return Mono.fromSupplier(document)
				.subscribeOn(Schedulers.boundedElastic())
				.flatMap((bytes) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
					.contentType(MediaType.APPLICATION_JSON)
					.cacheControl(AgentDocuments.cacheControl())
					.bodyValue(bytes));
		}

	}

}
