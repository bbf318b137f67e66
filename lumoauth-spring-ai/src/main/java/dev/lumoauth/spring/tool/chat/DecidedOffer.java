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

package dev.lumoauth.spring.tool.chat;

import java.util.function.Supplier;

import dev.lumoauth.spring.call.CallContext;
import reactor.core.publisher.Flux;

/**
 * Marks the thread of a model call whose offered tools have been decided on already, so
 * that the chat model's own way to the {@link GuardedToolCallingManager} does not ask
 * LumoAuth a second time for the same offer.
 */
final class DecidedOffer {

	private static final CallContext.Key<Boolean> KEY = new CallContext.Key<>("the offer is decided");

	private DecidedOffer() {
	}

	static boolean isDecided() {
		return CallContext.current().get(KEY) != null;
	}

	static <T> T call(Supplier<T> call) {
		return CallContext.current().with(KEY, Boolean.TRUE).run(call::get);
	}

	/**
	 * A chat model prepares its request when its stream is assembled, or subscribed to.
	 * @param stream assembles the stream
	 * @return the stream
	 */
	static <T> Flux<T> stream(Supplier<Flux<T>> stream) {
		Flux<T> assembled = call(stream);
		return Flux.from((subscriber) -> call(() -> {
			assembled.subscribe(subscriber);
			return Boolean.TRUE;
		}));
	}

}
