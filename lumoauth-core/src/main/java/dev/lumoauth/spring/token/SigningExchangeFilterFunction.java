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

package dev.lumoauth.spring.token;

import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Signs the requests of a {@code WebClient} when they are written: only then the body and
 * all headers are known. The filter has to come after every filter that changes a request
 * or sends it a second time.
 *
 * @since 0.1.0
 */
public final class SigningExchangeFilterFunction implements ExchangeFilterFunction {

	private static final ByteArrayDecoder BYTES = new ByteArrayDecoder();

	private final RequestSigner signer;

	/**
	 * Create a filter.
	 * @param signer signs the requests
	 */
	public SigningExchangeFilterFunction(RequestSigner signer) {
		this.signer = signer;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return next.exchange(ClientRequest.from(request)
			.body((output, context) -> request.body().insert(new SignedOutput(output, request), context))
			.build());
	}

	/**
	 * Keeps the body until it is signed.
	 */
	private final class SignedOutput extends ClientHttpRequestDecorator {

		private final ClientRequest request;

		private SignedOutput(ClientHttpRequest output, ClientRequest request) {
			super(output);
			this.request = request;
		}

		@Override
		public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
			int max = SigningExchangeFilterFunction.this.signer.maxBodySize();
			return DataBufferUtils.join(body, max)
				.onErrorMap(DataBufferLimitException.class, (ex) -> SigningInterceptor.tooLarge(max))
				.map((buffer) -> BYTES.decode(buffer, ResolvableType.NONE, null, null))
				.defaultIfEmpty(new byte[0])
				.flatMap((bytes) -> {
					sign(bytes);
					return getDelegate().writeWith(Mono.just(bufferFactory().wrap(bytes)));
				});
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			return writeWith(Flux.from(body).concatMap(Function.identity()));
		}

		@Override
		public Mono<Void> setComplete() {
			return Mono.defer(() -> {
				sign(new byte[0]);
				return getDelegate().setComplete();
			});
		}

		/**
		 * The size of a body that is written at once was not counted before.
		 */
		private void sign(byte[] body) {
			int max = SigningExchangeFilterFunction.this.signer.maxBodySize();
			if (body.length > max) {
				throw SigningInterceptor.tooLarge(max);
			}
			SigningExchangeFilterFunction.this.signer.sign(this.request.method().name(), this.request.url(),
					getHeaders()::getOrEmpty, body, getHeaders()::set);
		}

	}

}
