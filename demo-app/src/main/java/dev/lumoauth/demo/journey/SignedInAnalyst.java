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

package dev.lumoauth.demo.journey;

import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.demo.analyst.ResearchAnalyst;
import dev.lumoauth.demo.start.DemoUser;
import dev.lumoauth.spring.approval.Approval;
import reactor.core.publisher.Flux;

/**
 * The analyst, asked by the user who is signed in.
 */
class SignedInAnalyst implements Journeys.Analyst {

	private final ResearchAnalyst analyst;

	private final DemoUser user;

	SignedInAnalyst(ResearchAnalyst analyst, DemoUser user) {
		this.analyst = analyst;
		this.user = user;
	}

	@Override
	public String answer(String question) {
		return this.user.call(() -> this.analyst.answer(question));
	}

	@Override
	public String stream(String question, Consumer<String> onText) {
		return stream(() -> this.analyst.stream(question), onText);
	}

	@Override
	public String goOn(Approval approval, Consumer<String> onText) {
		return stream(() -> this.analyst.goOn(approval), onText);
	}

	private String stream(Supplier<Flux<String>> answering, Consumer<String> onText) {
		StringBuilder answer = new StringBuilder();
		return this.user.call(() -> {
			answering.get().doOnNext((text) -> {
				answer.append(text);
				onText.accept(text);
			}).blockLast();
			return answer.toString();
		});
	}

}
