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

package dev.lumoauth.spring.reflect;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Annotations of this library that a class was compiled with and that are not there any
 * more, since their module is missing. Java leaves out an annotation whose class it
 * doesn't find (Java Language Specification, section 13.5.7), so the code would run as if
 * it had none. Only the class file has them.
 *
 * @since 0.1.0
 */
public final class LostAnnotations {

	private static final String LIBRARY = "dev.lumoauth.spring.";

	private static final ClassValue<Optional<String>> KNOWN = new ClassValue<>() {
		@Override
		protected Optional<String> computeValue(Class<?> type) {
			return Optional.ofNullable(search(type, new HashSet<>()));
		}
	};

	private LostAnnotations() {
	}

	/**
	 * Find a lost annotation of a type, of its supertypes, of their methods, or of the
	 * annotations that these have. A type whose class file can't be read, as in a native
	 * image, has none.
	 * @param type the type
	 * @return the name of the annotation's class, or {@code null} if there is none
	 */
	public static @Nullable String of(Class<?> type) {
		return FrameworkClasses.contain(type) ? null : KNOWN.get(type).orElse(null);
	}

	private static @Nullable String search(Class<?> type, Set<Class<?>> seen) {
		if (!seen.add(type) || FrameworkClasses.contain(type)) {
			return null;
		}
		Set<String> annotations = Reader.read(type);
		for (String annotation : (annotations != null) ? annotations : Set.<String>of()) {
			Class<?> found = load(annotation, type.getClassLoader());
			String lost = (found != null) ? search(found, seen) : annotation.startsWith(LIBRARY) ? annotation : null;
			if (lost != null) {
				return lost;
			}
		}
		String lost = (type.getSuperclass() != null) ? of(type.getSuperclass()) : null;
		for (Class<?> each : type.getInterfaces()) {
			lost = (lost != null) ? lost : of(each);
		}
		return lost;
	}

	/**
	 * Read from class files which annotations a type and its methods have, where
	 * reflection fails, since a class that the type names is missing.
	 * @param type the type
	 * @return the names of the type, which may be an annotation, of the annotations, and
	 * of the annotations that these have; {@code null} if a class file can't be read
	 */
	public static @Nullable Set<String> names(Class<?> type) {
		Set<String> names = new LinkedHashSet<>(Set.of(type.getName()));
		return addNames(type, names) ? names : null;
	}

	private static boolean addNames(Class<?> type, Set<String> names) {
		Set<String> annotations = Reader.read(type);
		if (annotations == null) {
			return false;
		}
		for (String annotation : annotations) {
			Class<?> found = names.add(annotation) ? load(annotation, type.getClassLoader()) : null;
			if (found != null && !addNames(found, names)) {
				return false;
			}
		}
		return true;
	}

	private static @Nullable Class<?> load(String name, @Nullable ClassLoader classLoader) {
		try {
			return Class.forName(name, false, classLoader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	/**
	 * The annotations of a class file and of its methods, by name.
	 */
	private static final class Reader extends ClassVisitor {

		private final Set<String> found = new LinkedHashSet<>();

		private Reader() {
			super(SpringAsmInfo.ASM_VERSION);
		}

		static @Nullable Set<String> read(Class<?> type) {
			Reader reader = new Reader();
			boolean read = ClassFile.read(type, reader,
					ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			return read ? reader.found : null;
		}

		/**
		 * Also of the annotations in a container.
		 */
		@Override
		public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
			this.found.add(Type.getType(descriptor).getClassName());
			return new AnnotationVisitor(this.api) {
				@Override
				public AnnotationVisitor visitAnnotation(String name, String descriptor) {
					return Reader.this.visitAnnotation(descriptor, true);
				}

				@Override
				public AnnotationVisitor visitArray(String name) {
					return this;
				}
			};
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, @Nullable String signature,
				String @Nullable [] exceptions) {
			return new MethodVisitor(this.api) {
				@Override
				public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
					return Reader.this.visitAnnotation(descriptor, visible);
				}
			};
		}

	}

}
