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

import java.util.function.UnaryOperator;

import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserToken;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Filters of WebFlux's router functions.
 */
final class WebFluxRoutes {

	static final Class<?> TYPE = RouterFunction.class;

	private WebFluxRoutes() {
	}

	/**
	 * Put a guard around the handlers of a router function.
	 * @param router the router function
	 * @param guard puts it around an object
	 * @return a router function
	 */
	@SuppressWarnings("unchecked")
	static Object filtered(Object router, UnaryOperator<Object> guard) {
		Handling handling = (Handling) guard.apply((Handling) (request, handler) -> handler.handle(request));
		HandlerFilterFunction<ServerResponse, ServerResponse> filter = handling::handle;
		return ((RouterFunction<ServerResponse>) router).filter(filter);
	}

	static boolean isResponse(Object result) {
		return result instanceof ServerResponse;
	}

	/**
	 * Let what is written when somebody subscribes be written for a user.
	 */
	static Object writtenFor(Object written, UserToken user) {
		return (written instanceof Mono<?> mono) ? mono.contextWrite(ReactiveUserScope.of(user)) : written;
	}

	/**
	 * Runs a handler.
	 */
	@FunctionalInterface
	interface Handling {

		/**
		 * Run it.
		 * @param request the request
		 * @param handler the handler
		 */
		Mono<ServerResponse> handle(ServerRequest request, HandlerFunction<ServerResponse> handler);

	}

}
