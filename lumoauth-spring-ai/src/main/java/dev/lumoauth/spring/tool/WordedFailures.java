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

package dev.lumoauth.spring.tool;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.RefusalText;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answers of tools of the application's own MCP server when they fail because of
 * LumoAuth. The texts of this library's exceptions are for people and name addresses and
 * client ids, but the caller of the server is usually a model. The texts of the
 * application's own exceptions are not changed.
 */
final class WordedFailures {

	private WordedFailures() {
	}

	/**
	 * Return the answer that replaces a failure.
	 * @param failure the failure of a tool
	 * @return the answer, or {@code null} if the failure is the tool's own
	 */
	static @Nullable CallToolResult answer(Throwable failure) {
		String text = RefusalText.of(failure);
		return (text != null) ? CallToolResult.builder().addTextContent(text).isError(true).build() : null;
	}

	static CallToolResult call(Supplier<CallToolResult> call) {
		try {
			return Guard.inToolCall(call::get);
		}
		catch (Throwable ex) {
			CallToolResult answer = answer(ex);
			if (answer == null) {
				throw ex;
			}
			return answer;
		}
	}

	static Mono<CallToolResult> later(Supplier<Mono<CallToolResult>> call) {
		Mono<CallToolResult> answers;
		try {
			answers = call.get();
		}
		catch (Throwable ex) {
			answers = Mono.error(ex);
		}
		return answers.onErrorResume(WordedFailures::isOurs, (ex) -> Mono.justOrEmpty(answer(ex)));
	}

	private static boolean isOurs(Throwable failure) {
		return RefusalText.of(failure) != null;
	}

	/**
	 * Spring AI itself answers with the text of a {@code RuntimeException}. It passes the
	 * exception on that is returned here.
	 */
	static RuntimeException passedOn(RuntimeException failure) {
		return isOurs(failure) ? new UndeclaredThrowableException(failure) : failure;
	}

	/**
	 * Do the same for a result that may fail later.
	 * @param value the result of a method
	 * @return the same value, if it can't fail later
	 */
	static @Nullable Object passingOn(@Nullable Object value) {
		if (value instanceof Mono<?> mono) {
			return mono.onErrorMap(WordedFailures::isOurs, UndeclaredThrowableException::new);
		}
		if (value instanceof Flux<?> flux) {
			return flux.onErrorMap(WordedFailures::isOurs, UndeclaredThrowableException::new);
		}
		return (value instanceof Publisher<?> publisher) ? passingOn(Mono.from(publisher)) : value;
	}

}
