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

package dev.lumoauth.spring.adk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import com.google.genai.types.Part;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.UnicastProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;

/**
 * A model that says what a test has written.
 */
class ScriptedLlm extends BaseLlm {

	final List<LlmRequest> requests = Collections.synchronizedList(new ArrayList<>());

	private final Queue<List<LlmResponse>> script = new ConcurrentLinkedQueue<>();

	private Consumer<LlmRequest> before = (request) -> {
	};

	private boolean onOtherThread;

	/** Whether a live connection has been closed. */
	volatile boolean closed;

	ScriptedLlm() {
		super("scripted");
	}

	ScriptedLlm say(LlmResponse... responses) {
		this.script.add(List.of(responses));
		return this;
	}

	/**
	 * Call tools, all in one answer, and then say that it is done.
	 */
	ScriptedLlm call(String... tools) {
		return say(response(Arrays.stream(tools).map(ScriptedLlm::callOf).toArray(Part[]::new))).say(text("done"));
	}

	static Part callOf(String tool) {
		return callOf(tool, Map.of("request", "Q3"));
	}

	static Part callOf(String tool, Map<String, Object> arguments) {
		return Part.builder().functionCall(FunctionCall.builder().name(tool).args(arguments).build()).build();
	}

	ScriptedLlm before(Consumer<LlmRequest> before) {
		this.before = before;
		return this;
	}

	ScriptedLlm onOtherThread() {
		this.onOtherThread = true;
		return this;
	}

	static LlmResponse text(String text) {
		return response(Part.fromText(text));
	}

	static LlmResponse response(Part... parts) {
		return LlmResponse.builder().content(Content.builder().role("model").parts(parts).build()).build();
	}

	static LlmResponse using(LlmResponse response, int tokens) {
		return response.toBuilder()
			.usageMetadata(GenerateContentResponseUsageMetadata.builder().totalTokenCount(tokens).build())
			.build();
	}

	static LlmResponse partial(LlmResponse response) {
		return response.toBuilder().partial(true).build();
	}

	private List<LlmResponse> next(LlmRequest request) {
		this.requests.add(request);
		this.before.accept(request);
		List<LlmResponse> next = this.script.poll();
		return (next != null) ? next : List.of(text("nothing left to say"));
	}

	@Override
	public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
		Flowable<LlmResponse> answer = Flowable.defer(() -> Flowable.fromIterable(next(request)));
		return this.onOtherThread ? answer.subscribeOn(Schedulers.newThread()) : answer;
	}

	@Override
	public BaseLlmConnection connect(LlmRequest request) {
		UnicastProcessor<LlmResponse> answers = UnicastProcessor.create();
		List<Content> received = new ArrayList<>();
		return new BaseLlmConnection() {

			@Override
			public Completable sendHistory(List<Content> history) {
				return Completable.complete();
			}

			@Override
			public Completable sendContent(Content content) {
				received.add(content);
				return Completable.fromAction(() -> next(request.toBuilder().contents(List.copyOf(received)).build())
					.forEach(answers::onNext));
			}

			@Override
			public Completable sendRealtime(Blob blob) {
				return Completable.complete();
			}

			@Override
			public Flowable<LlmResponse> receive() {
				return answers;
			}

			@Override
			public void close() {
				ScriptedLlm.this.closed = true;
				answers.onComplete();
			}

			@Override
			public void close(Throwable failure) {
				answers.onError(failure);
			}

		};
	}

	/**
	 * Return the names of the tools that a request offers to the model.
	 */
	static List<String> offered(LlmRequest request) {
		return request.config()
			.flatMap((config) -> config.tools())
			.orElse(List.of())
			.stream()
			.flatMap((tool) -> tool.functionDeclarations().orElse(List.of()).stream())
			.map((declaration) -> declaration.name().orElseThrow())
			.toList();
	}

	/**
	 * Return what the tools have answered, as the last request shows it to the model.
	 */
	List<Map<String, Object>> results() {
		return this.requests.get(this.requests.size() - 1)
			.contents()
			.stream()
			.flatMap((content) -> content.parts().orElse(List.of()).stream())
			.flatMap((part) -> part.functionResponse().stream())
			.map((response) -> response.response().orElseThrow())
			.toList();
	}

}
