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

package dev.lumoauth.spring.guard;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Converts the result of a call to a text and back.
 *
 * @since 0.1.0
 */
public interface ResultText {

	/**
	 * For results that can't be kept.
	 */
	ResultText NONE = of((result) -> null, (text) -> text);

	/**
	 * For results that are texts.
	 */
	ResultText TEXT = of((result) -> (result instanceof String text) ? text : null, (text) -> text);

	/**
	 * Return the conversion that two functions are.
	 * @param write writes a result, as {@link #write} does
	 * @param read reads a result, as {@link #read} does
	 * @return the conversion
	 */
	static ResultText of(Function<@Nullable Object, @Nullable String> write, Function<String, Object> read) {
		return new ResultText() {

			@Override
			public @Nullable String write(@Nullable Object result) {
				return write.apply(result);
			}

			@Override
			public Object read(String text) {
				return read.apply(text);
			}

		};
	}

	/**
	 * Write a result.
	 * @param result the result of the call
	 * @return the text; {@code null} if the result can't be kept
	 */
	@Nullable String write(@Nullable Object result);

	/**
	 * Read a result.
	 * @param text the text that {@link #write} returned; a text that was too long is cut
	 * and marked at its end
	 * @return the result, of the type that the call returns
	 */
	Object read(String text);

}
