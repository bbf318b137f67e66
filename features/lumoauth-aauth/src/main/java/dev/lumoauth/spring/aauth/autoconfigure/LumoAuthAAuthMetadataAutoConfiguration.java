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

import java.time.Duration;
import java.util.List;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * Auto-configuration that serves the metadata of the agent and of the service, if the
 * application wants that. The application's own security decides who may read it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAAuthAutoConfiguration.class, LumoAuthAAuthResourceAutoConfiguration.class })
@ConditionalOnBean(PublishedDocuments.class)
public final class LumoAuthAAuthMetadataAutoConfiguration {

	private static final CacheControl PUBLIC = CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic();

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(RouterFunctions.class)
	static class ServletConfiguration {

		@Bean
		RouterFunction<ServerResponse> lumoAuthAAuthRoutes(List<PublishedDocuments> all) {
			RouterFunctions.Builder routes = RouterFunctions.route();
			all.forEach((each) -> each.documents()
				.forEach((path, document) -> routes.GET(path,
						(request) -> ServerResponse.ok()
							.contentType(MediaType.APPLICATION_JSON)
							.cacheControl(PUBLIC)
							.body(LumoAuthJson.write(document.get())))));
			return routes
				.onError(LumoAuthUnavailableException.class, (ex, request) -> ServerResponse.status(503).build())
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass({ org.springframework.web.reactive.function.server.RouterFunctions.class, Mono.class })
	static class ReactiveConfiguration {

		/**
		 * The key may be in a file, which has to be read.
		 */
		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> lumoAuthAAuthRoutes(
				List<PublishedDocuments> all) {
			var routes = org.springframework.web.reactive.function.server.RouterFunctions.route();
			all.forEach(
					(each) -> each.documents()
						.forEach((path, document) -> routes.GET(path, (request) -> Mono.fromSupplier(document)
							.subscribeOn(Schedulers.boundedElastic())
							.flatMap((fields) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
								.contentType(MediaType.APPLICATION_JSON)
								.cacheControl(PUBLIC)
								.bodyValue(LumoAuthJson.write(fields))))));
			return routes
				.onError(LumoAuthUnavailableException.class,
						(ex, request) -> org.springframework.web.reactive.function.server.ServerResponse.status(503)
							.build())
				.build();
		}

	}

}
