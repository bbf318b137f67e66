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

package dev.lumoauth.spring.event.autoconfigure;

import dev.lumoauth.spring.event.EventReceiver;
import dev.lumoauth.spring.event.EventReply;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Receives events in a reactive application, on threads that may block.
 */
final class ReactiveEventRoutes {

	private ReactiveEventRoutes() {
	}

	static RouterFunction<ServerResponse> of(EventEndpoints endpoints) {
		RouterFunctions.Builder routes = RouterFunctions.route();
		endpoints.forEach((path, receiver) -> routes.POST(path, (request) -> answer(receiver, request)));
		return routes.build();
	}

	private static Mono<ServerResponse> answer(EventReceiver receiver, ServerRequest request) {
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), EventReceiver.MAX_BYTES)
			.map(ReactiveEventRoutes::bytes)
			.defaultIfEmpty(new byte[0])
			// One byte more than allowed is enough to know.
			.onErrorReturn(DataBufferLimitException.class, new byte[EventReceiver.MAX_BYTES + 1])
			.publishOn(Schedulers.boundedElastic())
			.map((body) -> receiver.receive(request.headers()::header, body))
			.flatMap(ReactiveEventRoutes::response);
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static Mono<ServerResponse> response(EventReply reply) {
		ServerResponse.BodyBuilder response = ServerResponse.status(reply.status());
		if (reply.retryAfter() != null) {
			response.header(HttpHeaders.RETRY_AFTER, reply.retryAfter().toString());
		}
		return (reply.body() != null) ? response.contentType(MediaType.APPLICATION_JSON).bodyValue(reply.body())
				: response.build();
	}

}
