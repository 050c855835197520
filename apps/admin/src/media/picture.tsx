import clsx from 'clsx'
import { ImageOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'

interface PictureProps {
  /** Null where there is none to ask for. */
  src: string | null
  /** Said in the place of a picture that is not there. */
  without?: string
  alt?: string
  className?: string
}

/** Whether content of this type may have a small picture; of others none is asked for. */
export const mayHavePicture = (mimeType: string | null): boolean => mimeType?.startsWith('image/') ?? false

/** A picture in a frame of fixed shape, and in words why there is none. */
export function Picture(props: PictureProps): ReactNode {
  return <Framed key={props.src} {...props} />
}

function Framed({ src, without, alt = '', className }: PictureProps): ReactNode {
  const [isBroken, setBroken] = useState(false)
  return (
    <span
      className={clsx('relative grid place-items-center overflow-hidden rounded-md bg-raised text-muted', className)}
    >
      {src !== null && !isBroken ? (
        <img
          src={src}
          alt={alt}
          loading="lazy"
          decoding="async"
          // All of it is seen, whatever its shape: within the frame and never making it larger.
          className="absolute inset-0 size-full object-contain"
          onError={() => setBroken(true)}
        />
      ) : (
        <span className="flex flex-col items-center gap-1 p-2 text-center text-xs">
          <ImageOff size={18} strokeWidth={1.25} aria-hidden="true" />
          {without && <span>{without}</span>}
        </span>
      )}
    </span>
  )
}
