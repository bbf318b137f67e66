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

import java.io.IOException;

import dev.lumoauth.spring.event.EventReceiver;
import dev.lumoauth.spring.event.EventReply;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Receives events in a servlet application.
 */
final class ServletEventRoutes {

	private ServletEventRoutes() {
	}

	static RouterFunction<ServerResponse> of(EventEndpoints endpoints) {
		RouterFunctions.Builder routes = RouterFunctions.route();
		endpoints.forEach((path, receiver) -> routes.POST(path, (request) -> answer(receiver, request)));
		return routes.build();
	}

	private static ServerResponse answer(EventReceiver receiver, ServerRequest request) throws IOException {
		byte[] body = request.servletRequest().getInputStream().readNBytes(EventReceiver.MAX_BYTES + 1);
		EventReply reply = receiver.receive(request.headers()::header, body);
		ServerResponse.BodyBuilder response = ServerResponse.status(reply.status());
		if (reply.retryAfter() != null) {
			response.header(HttpHeaders.RETRY_AFTER, reply.retryAfter().toString());
		}
		return (reply.body() != null) ? response.contentType(MediaType.APPLICATION_JSON).body(reply.body())
				: response.build();
	}

}
