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

package dev.lumoauth.devserver.web;

import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * Answers every failure of a controller with a JSON object that has an error code.
 */
@RestControllerAdvice
class ApiErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(ApiErrorHandler.class);

	@ExceptionHandler
	ResponseEntity<Map<String, Object>> handle(ApiException exception) {
		return answer(exception.answer());
	}

	@ExceptionHandler({ IllegalArgumentException.class, ArithmeticException.class })
	ResponseEntity<Map<String, Object>> handleArgument(RuntimeException exception) {
		return answer(
				ErrorAnswer.api(HttpStatus.BAD_REQUEST, "validation_error", String.valueOf(exception.getMessage())));
	}

	@ExceptionHandler
	ResponseEntity<Map<String, Object>> handle(HttpMessageNotReadableException exception) {
		logger.debug("Unreadable body", exception);
		return answer(ErrorAnswer.api(HttpStatus.BAD_REQUEST, "invalid_json",
				"The body is not a JSON object of the expected form"));
	}

	@ExceptionHandler
	ResponseEntity<Map<String, Object>> handle(MethodArgumentTypeMismatchException exception) {
		return answer(ErrorAnswer.api(HttpStatus.BAD_REQUEST, "validation_error",
				"The value of '" + exception.getName() + "' is not of the expected form"));
	}

	/** The client is gone, because a page of the console was closed. */
	@ExceptionHandler
	void handle(AsyncRequestNotUsableException exception) {
		logger.debug("The client is gone", exception);
	}

	@ExceptionHandler
	ResponseEntity<Map<String, Object>> handle(Exception exception) {
		if (exception instanceof ErrorResponse response) {
			HttpStatus status = HttpStatus.valueOf(response.getStatusCode().value());
			String code = (status == HttpStatus.NOT_FOUND) ? "not_found" : "invalid_request";
			return answer(ErrorAnswer.api(status, code, status.getReasonPhrase()));
		}
		logger.error("Could not answer", exception);
		return answer(ErrorAnswer.api(HttpStatus.INTERNAL_SERVER_ERROR, "server_error",
				"The dev server could not answer; its log gives the reason"));
	}

	private ResponseEntity<Map<String, Object>> answer(ErrorAnswer answer) {
		ResponseEntity.BodyBuilder builder = ResponseEntity.status(answer.status());
		answer.headers().forEach(builder::header);
		return builder.body(answer.body());
	}

}
