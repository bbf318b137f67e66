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

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.codec.FormHttpMessageReader;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.MultipartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * An exchange whose request body was read and can be read again: as bytes, as a form and
 * in parts. The original exchange would look for the form and the parts in the consumed
 * body.
 */
final class BufferedBodyExchange extends ServerWebExchangeDecorator {

	private final ServerHttpRequest request;

	private final Mono<MultiValueMap<String, String>> form;

	private final Mono<MultiValueMap<String, Part>> parts;

	BufferedBodyExchange(ServerWebExchange exchange, byte[] body) {
		super(exchange);
		this.request = new ServerHttpRequestDecorator(exchange.getRequest()) {

			@Override
			public Flux<DataBuffer> getBody() {
				return (body.length > 0)
						? Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body)))
						: Flux.empty();
			}

		};
		this.form = form(this.request).cache();
		this.parts = parts(this.request).cache();
	}

	private static Mono<MultiValueMap<String, String>> form(ServerHttpRequest request) {
		if (!MediaType.APPLICATION_FORM_URLENCODED.isCompatibleWith(request.getHeaders().getContentType())) {
			return Mono.just(new LinkedMultiValueMap<>());
		}
		ResolvableType type = ResolvableType.forClassWithGenerics(MultiValueMap.class, String.class, String.class);
		return new FormHttpMessageReader().readMono(type, request, Map.of());
	}

	private static Mono<MultiValueMap<String, Part>> parts(ServerHttpRequest request) {
		if (!MediaType.MULTIPART_FORM_DATA.isCompatibleWith(request.getHeaders().getContentType())) {
			return Mono.just(new LinkedMultiValueMap<>());
		}
		ResolvableType type = ResolvableType.forClassWithGenerics(MultiValueMap.class, String.class, Part.class);
		return new MultipartHttpMessageReader(new DefaultPartHttpMessageReader()).readMono(type, request, Map.of());
	}

	@Override
	public ServerHttpRequest getRequest() {
		return this.request;
	}

	@Override
	public Mono<MultiValueMap<String, String>> getFormData() {
		return this.form;
	}

	@Override
	public Mono<MultiValueMap<String, Part>> getMultipartData() {
		return this.parts;
	}

}
