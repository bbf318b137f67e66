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

package dev.lumoauth.spring.aauth.resource;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells callers without an auth token how to get one, like {@link AAuthEntryPoint}, for
 * reactive applications. For the application's security configuration; see
 * {@link AAuthWebFilter}.
 *
 * @since 0.1.0
 */
public final class AAuthServerEntryPoint implements ServerAuthenticationEntryPoint {

	private final AAuthResource resource;

	/**
	 * Create the entry point.
	 * @param resource the service
	 */
	public AAuthServerEntryPoint(AAuthResource resource) {
		this.resource = resource;
	}

	@Override
	public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException reason) {
		// The key may have to be read.
		return Mono.fromCallable(() -> this.resource.challenge(exchange.getAttribute(AAuthResource.CALLER)))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((refusal) -> AAuthWebFilter.write(refusal, exchange.getResponse()));
	}

}
