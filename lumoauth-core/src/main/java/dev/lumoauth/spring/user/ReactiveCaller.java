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

package dev.lumoauth.spring.user;

import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;

/**
 * The party that is signed in where the user has no thread, as in WebFlux. A separate
 * class, since Reactor is optional.
 */
final class ReactiveCaller {

	private ReactiveCaller() {
	}

	static Mono<Caller> of(ContextView context, Caller assembling) {
		Caller subscriber = Caller.current().or(assembling);
		ReactiveUserScope scope = ReactiveUserScope.find(context);
		if (scope != null && !scope.isSignedIn(context)) {
			return Mono.just(subscriber);
		}
		return signedIn(context).map((signedIn) -> (signedIn != Caller.NOBODY) ? signedIn : subscriber);
	}

	private static Mono<Caller> signedIn(ContextView context) {
		if (!context.hasKey(SecurityContext.class)) {
			return Mono.just(Caller.NOBODY);
		}
		return ReactiveSecurityContextHolder.getContext()
			.map((security) -> Caller.of(security.getAuthentication()))
			.defaultIfEmpty(Caller.NOBODY);
	}

}
